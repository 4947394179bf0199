import { createHook, executionAsyncId, executionAsyncResource } from "node:async_hooks";

/**
 * As `AsyncLocalStorage`, for work that is mostly over when it returns: the store is hung on a resource only when one
 * is made meanwhile (a promise, a timer). `AsyncLocalStorage` hangs it at once on the resource that runs, for callbacks
 * of a native library the global object, and from its first use on every such callback goes through JavaScript of Node:
 * a microsecond for each request.
 */
export class HookedStorage<Store extends object> {
  /** What runs now, as far as it runs without a break, and in which of Node's asynchronous executions. */
  #store: Store | undefined;
  #executionId = 0;
  /** Whether a store was ever hung on a resource. Until then no resource needs a look. */
  #hasSpread = false;
  #isHooked = false;
  readonly #key = Symbol("store");

  run<T>(store: Store, work: () => T): T {
    if (!this.#isHooked) this.#hook();
    const outerStore = this.#store;
    const outerId = this.#executionId;
    this.#store = store;
    this.#executionId = executionAsyncId();
    try {
      return work();
    } finally {
      this.#store = outerStore;
      this.#executionId = outerId;
    }
  }

  getStore(): Store | undefined {
    // Code that was bound elsewhere (`AsyncResource`) may be called from here; it keeps its own.
    if (this.#store !== undefined && this.#executionId === executionAsyncId()) return this.#store;
    return this.#hasSpread ? (executionAsyncResource() as Record<symbol, Store | undefined>)[this.#key] : undefined;
  }

  #hook(): void {
    this.#isHooked = true;
    createHook({
      init: (_id, _type, _triggerId, resource) => {
        const store = this.getStore();
        if (store === undefined) return;
        this.#hasSpread = true;
        (resource as Record<symbol, Store>)[this.#key] = store;
      },
    }).enable();
  }
}
