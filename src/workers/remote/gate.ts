/** Has those who ask wait until it is opened. It closes again when it is asked the next time. */
export class Gate {
  #promise: Promise<void> | undefined;
  #resolve: (() => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  /** Resolves at the next `open`. */
  wait(): Promise<void> {
    this.#promise ??= new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    return this.#promise;
  }

  /** Lets everybody go on who waits. */
  open(): void {
    this.#promise = undefined;
    this.#resolve?.();
  }

  /** Rejects everybody who waits. */
  fail(error: Error): void {
    this.#promise = undefined;
    this.#reject?.(error);
  }
}
