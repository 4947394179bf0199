import { StorageMissing } from "./errors.js";
import type { Storage } from "./storage.js";

/** The storages of a process, by alias. The one called `default` keeps what says no other. */
export class Storages {
  readonly #storages = new Map<string, Storage>();

  /** Returns the one that had the alias; it stays open. */
  set(alias: string, storage: Storage): Storage | undefined {
    const previous = this.#storages.get(alias);
    this.#storages.set(alias, storage);
    return previous;
  }

  has(alias: string): boolean {
    return this.#storages.has(alias);
  }

  /** Throws `StorageMissing`. */
  require(alias = "default"): Storage {
    const storage = this.#storages.get(alias);
    if (storage === undefined) throw new StorageMissing({ alias });
    return storage;
  }

  /** Closes all of them and forgets them. */
  async closeAll(): Promise<void> {
    const storages = [...this.#storages.values()];
    this.#storages.clear();
    await Promise.all(storages.map((storage) => storage.close()));
  }
}

/** The storages of this process: a project has one called `default`, in the directory `MEDIA_ROOT`. */
export const storages = new Storages();
