import { getLogger, type HeaderLine, type HttpScope } from "../core/index.js";
import type { SafeString } from "../templates/index.js";
import { MessagesTooLate } from "./errors.js";
import {
  defaultTags,
  type FlashMessage,
  flashMessage,
  keptMessage,
  type LevelTags,
  messagesIn,
} from "./flash-message.js";
import type { MessageStore } from "./message-store.js";

/** What all queues of a site share. */
export interface QueueSettings {
  /** The first that has room for a message keeps it. */
  readonly stores: readonly MessageStore[];
  readonly minLevel: number;
  readonly tags: LevelTags;
}

/** The messages of one request: those that waited for it, and those that are added meanwhile. */
export class MessageQueue {
  readonly #scope: HttpScope;
  readonly #settings: QueueSettings;
  #waiting: Promise<readonly FlashMessage[]> | undefined;
  #added: FlashMessage[] = [];
  #minLevel: number;
  #wasRead = false;
  #isSealed = false;

  constructor(scope: HttpScope, settings: QueueSettings) {
    this.#scope = scope;
    this.#settings = settings;
    this.#minLevel = settings.minLevel;
  }

  /** Messages below this level are not kept, from now on. */
  set minLevel(level: number) {
    this.#minLevel = level;
  }

  /** Whether what is kept must change with the response. */
  get isChanged(): boolean {
    return this.#wasRead || this.#added.length > 0;
  }

  /** Throws `MessagesTooLate`. */
  add(level: number, text: string | SafeString, extraTags: string): void {
    if (level < this.#minLevel) return;
    if (this.#isSealed) throw new MessagesTooLate({ text: String(text) });
    this.#added.push(flashMessage(level, text, extraTags, { ...defaultTags, ...this.#settings.tags }));
  }

  /** All of them, oldest first. They count as shown. */
  async read(): Promise<readonly FlashMessage[]> {
    this.#wasRead = true;
    return [...(await this.#load()), ...this.#added];
  }

  #load(): Promise<readonly FlashMessage[]> {
    const { stores, tags } = this.#settings;
    this.#waiting ??= Promise.all(stores.map((store) => store.load(this.#scope))).then((kept) =>
      kept.flatMap((one) => messagesIn(one, { ...defaultTags, ...tags })),
    );
    return this.#waiting;
  }

  /** Nothing can be kept any more. */
  seal(): void {
    this.#isSealed = true;
  }

  /** Writes what is to wait for the next page, before the head of the response goes out. */
  async keep(headers: HeaderLine[]): Promise<void> {
    const waiting = this.#wasRead ? [] : [...(await this.#load()), ...this.#added];
    this.seal();
    let left = waiting.map(keptMessage);
    for (const store of this.#settings.stores) left = [...(await store.keep(this.#scope, left, headers))];
    if (left.length > 0) getLogger().warn({ count: left.length }, "there was no room for messages to a visitor");
  }
}
