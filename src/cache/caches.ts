import { Cache } from "./cache.js";
import { CacheMissing } from "./errors.js";

/** The caches of a process, by alias. The one called `default` is what `cache` is. */
export class Caches {
  readonly #caches = new Map<string, Cache>();

  /** Returns the one that had the alias; it stays open. */
  set(alias: string, cache: Cache): Cache | undefined {
    const previous = this.#caches.get(alias);
    this.#caches.set(alias, cache);
    return previous;
  }

  /** Throws `CacheMissing`. */
  require(alias = "default"): Cache {
    const cache = this.#caches.get(alias);
    if (cache === undefined) throw new CacheMissing({ alias });
    return cache;
  }

  /** Closes all of them and forgets them. */
  async closeAll(): Promise<void> {
    const caches = [...this.#caches.values()];
    this.#caches.clear();
    await Promise.all(caches.map((cache) => cache.close()));
  }
}

/** The caches of this process: a project has one called `default`, as `CACHE_URL` says. */
export const caches = new Caches();

/** The project's cache. Throws `CacheMissing` before it is booted. */
export const cache: Cache = new Cache(() => caches.require().options);
