import { shownInTemplates } from "../core/index.js";
import type { Storage } from "./storage.js";
import type { StoredContent } from "./stored-content.js";
import { storages } from "./storages.js";

/**
 * A stored file by its name, as a model's field has it: `storedFile(user.avatar)?.url`. Nothing is asked of the storage
 * before something is asked of it.
 */
export class StoredFile {
  static readonly [shownInTemplates] = ["name", "url", "size", "baseName"];
  readonly name: string;
  readonly #storage: Storage;

  constructor(name: string, storage: Storage) {
    this.name = name;
    this.#storage = storage;
  }

  /** The last step of its name. */
  get baseName(): string {
    return this.name.slice(this.name.lastIndexOf("/") + 1);
  }

  get url(): string {
    return this.#storage.url(this.name);
  }

  /** In bytes. Rejects with `StoredFileMissing`. */
  get size(): Promise<number> {
    return this.#storage.size(this.name);
  }

  open(): Promise<StoredContent> {
    return this.#storage.open(this.name);
  }

  exists(): Promise<boolean> {
    return this.#storage.exists(this.name);
  }

  /** Whether there was one. */
  delete(): Promise<boolean> {
    return this.#storage.delete(this.name);
  }

  toString(): string {
    return this.name;
  }
}

/** The file that a model's field names; `undefined` for an empty field. `using`: the alias of its storage. */
export function storedFile(
  name: string | null | undefined,
  { using }: { readonly using?: string } = {},
): StoredFile | undefined {
  return name === null || name === undefined || name === "" ? undefined : new StoredFile(name, storages.require(using));
}
