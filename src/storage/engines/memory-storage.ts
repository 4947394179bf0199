import { mediaTypeOf } from "../../consumers/index.js";
import { FileNameInvalid, StorageFull, StoredFileMissing } from "../errors.js";
import { bytesOf, type FileSource } from "../file-source.js";
import { type DirectoryListing, type FileFacts, type NameForTry, Storage, urlBelow } from "../storage.js";
import { StoredContent } from "../stored-content.js";

/** Options of `MemoryStorage`. */
export interface MemoryStorageOptions {
  /** What the addresses of the files begin with. Default `/media/`. */
  readonly baseUrl?: string;
  /** How much it holds, in bytes. Default 64 MiB; beyond that `StorageFull`. */
  readonly maxBytes?: number;
}

interface Kept {
  readonly bytes: Buffer;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  accessedAt: Date;
}

/** Keeps files in this process, for tests. */
export class MemoryStorage extends Storage {
  readonly #files = new Map<string, Kept>();
  readonly #baseUrl: string;
  readonly #maxBytes: number;

  constructor({ baseUrl = "/media/", maxBytes = 67_108_864 }: MemoryStorageOptions = {}) {
    super();
    this.#baseUrl = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
    this.#maxBytes = maxBytes;
  }

  protected override async write(names: NameForTry, source: FileSource, overwrite: boolean): Promise<string> {
    const full = (): StorageFull => new StorageFull({ maxBytes: this.#maxBytes });
    const bytes = await bytesOf(source, this.#maxBytes, full);
    let attempt = 0;
    let name = names(attempt);
    this.#refuseCollision(name);
    if (!overwrite) while (this.#isTaken(name)) name = names(++attempt);
    const old = this.#files.get(name);
    const held = [...this.#files.values()].reduce((sum, file) => sum + file.bytes.length, 0) - (old?.bytes.length ?? 0);
    if (held + bytes.length > this.#maxBytes) throw full();
    const now = new Date();
    this.#files.set(name, { bytes, createdAt: old?.createdAt ?? now, modifiedAt: now, accessedAt: now });
    return name;
  }

  #isTaken(name: string): boolean {
    return this.#files.has(name) || [...this.#files.keys()].some((other) => other.startsWith(`${name}/`));
  }

  /** As in a directory, where a file has no files in it. */
  #refuseCollision(name: string): void {
    const steps = name.split("/");
    for (let count = 1; count < steps.length; count++) {
      if (this.#files.has(steps.slice(0, count).join("/")))
        throw new FileNameInvalid({ name, problem: "has a file where it needs a directory, or the other way round" });
    }
  }

  protected override async read(name: string): Promise<StoredContent> {
    const file = this.#files.get(name);
    if (file === undefined) throw new StoredFileMissing({ name });
    const { bytes, modifiedAt } = file;
    file.accessedAt = new Date();
    return new StoredContent(name, {
      size: bytes.length,
      type: mediaTypeOf(name),
      etag: `"${bytes.length.toString(36)}-${modifiedAt.getTime().toString(36)}"`,
      lastModified: modifiedAt,
      async *read(first, last) {
        yield Uint8Array.from(bytes.subarray(first, last + 1));
      },
    });
  }

  protected override async remove(name: string): Promise<boolean> {
    return this.#files.delete(name);
  }

  protected override async look(name: string): Promise<FileFacts | undefined> {
    const file = this.#files.get(name);
    if (file === undefined) return undefined;
    const { bytes, createdAt, modifiedAt, accessedAt } = file;
    return { size: bytes.length, createdAt, modifiedAt, accessedAt };
  }

  protected override async entries(directory: string): Promise<DirectoryListing> {
    const prefix = directory === "" ? "" : `${directory}/`;
    const directories = new Set<string>();
    const files: string[] = [];
    for (const name of this.#files.keys()) {
      if (!name.startsWith(prefix)) continue;
      const [first = "", ...others] = name.slice(prefix.length).split("/");
      if (others.length > 0) directories.add(first);
      else files.push(first);
    }
    return { directories: [...directories].sort(), files: files.sort() };
  }

  protected override address(name: string): string {
    return urlBelow(this.#baseUrl, name);
  }
}
