import {
  addVary,
  defineMiddleware,
  isResponseHead,
  type Middleware,
  type OutgoingResponse,
  ownResponse,
} from "../consumers/index.js";
import type { Message, Send } from "../core/index.js";
import { type LevelTags, type MessageLevel, messageLevels } from "./flash-message.js";
import { MessageQueue, type QueueSettings } from "./message-queue.js";
import type { MessageStore } from "./message-store.js";
import { setQueueOf } from "./messages.js";
import { cookieMessages } from "./stores/cookie-messages.js";

/** Options of `flashMessages`. */
export interface FlashMessagesOptions {
  /**
   * Where messages wait; the first that has room keeps one. Default a signed cookie. For more and longer ones:
   * `[cookieMessages(), sessionMessages(sessionOf)]`, behind `sessions()`.
   */
  readonly stores?: readonly MessageStore[];
  /** Messages below this level are not kept. Default `info`. */
  readonly minLevel?: MessageLevel | number;
  /** Tags of levels besides the usual ones: `{ 50: "urgent" }`. */
  readonly tags?: LevelTags;
}

/**
 * Keeps messages for visitors until a page shows them: `messages.success(this, "Saved.")` in a consumer, `messages` in
 * templates. A page that fails (500 and more) has shown none.
 */
export function flashMessages(options: FlashMessagesOptions = {}): Middleware<"http"> {
  const { stores = [cookieMessages()], minLevel = "info", tags = {} } = options;
  const level = typeof minLevel === "number" ? minLevel : messageLevels[minLevel];
  const settings: QueueSettings = { stores, minLevel: level, tags };
  return defineMiddleware(
    { name: "messages", scopes: ["http"], after: ["error-pages", "sessions"] },
    (next) => (scope, send) => {
      const queue = new MessageQueue(scope, settings);
      setQueueOf(scope, queue);
      return next(scope, new Outgoing(queue, send).send);
    },
  );
}

/** Writes messages before the head goes out that may have to carry their cookie. */
class Outgoing {
  readonly #queue: MessageQueue;
  readonly #next: Send;
  /** The head that waits for the messages to be kept; what follows it waits, too. */
  #head: Promise<void> | undefined;

  constructor(queue: MessageQueue, next: Send) {
    this.#queue = queue;
    this.#next = next;
  }

  readonly send: Send = (message) => {
    if (this.#head !== undefined) return this.#head.then(() => this.#next(message));
    if (!isResponseHead(message)) return this.#next(message);
    if (!this.#queue.isChanged || isFailure(message)) {
      this.#queue.seal();
      return this.#next(message);
    }
    const sent = this.#keepThenSend(ownResponse(message));
    this.#head = sent;
    sent.then(
      () => (this.#head = undefined),
      () => {},
    );
    return sent;
  };

  async #keepThenSend(head: OutgoingResponse): Promise<void> {
    await this.#queue.keep(head.headers);
    addVary(head.headers, "Cookie");
    await this.#next(head);
  }
}

function isFailure(message: Message): boolean {
  return Number(message["status"] ?? 200) >= 500;
}
