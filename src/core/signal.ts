import { toError } from "./errors.js";

/** Called with each message of a signal. What it gives is awaited. */
export type Receiver<M> = (message: M) => unknown;

/** Which messages a receiver is called with. */
export interface ConnectOptions {
  /** Only those of this sender, such as a model. Default all. */
  readonly sender?: object;
  /** Two receivers with one id are one: the second takes the place of the first. */
  readonly id?: string;
}

/** Something that code can be told of when it happens: `postSave.connect(({ instance }) => …, { sender: Room })`. */
export class Signal<M extends { readonly sender: object }> {
  #connections: readonly { readonly receiver: Receiver<M>; readonly options: ConnectOptions }[] = [];

  /** Has `receiver` called from now on, after those that were there before. Gives what ends that. */
  connect(receiver: Receiver<M>, options: ConnectOptions = {}): () => void {
    const connection = { receiver, options };
    const { id } = options;
    const others = this.#connections.filter((one) => id === undefined || one.options.id !== id);
    this.#connections = [...others, connection];
    return () => {
      this.#connections = this.#connections.filter((one) => one !== connection);
    };
  }

  /** Whether anybody would be called for `sender`. Costs next to nothing where nobody is connected. */
  hasReceivers(sender: object): boolean {
    if (this.#connections.length === 0) return false;
    return this.#connections.some(({ options }) => options.sender === undefined || options.sender === sender);
  }

  /** Calls the receivers one after the other, and awaits each. The first that throws ends it. */
  async send(message: M): Promise<void> {
    for (const { receiver, options } of this.#connections) {
      if (options.sender === undefined || options.sender === message.sender) await receiver(message);
    }
  }

  /** Calls all receivers, also when some throw, and gives what they threw. */
  async sendRobust(message: M): Promise<Error[]> {
    const errors: Error[] = [];
    for (const { receiver, options } of this.#connections) {
      if (options.sender !== undefined && options.sender !== message.sender) continue;
      try {
        await receiver(message);
      } catch (thrown) {
        errors.push(toError(thrown));
      }
    }
    return errors;
  }
}
