import type { Scope } from "../core/index.js";
import type { SafeString } from "../templates/index.js";
import { MessagesMissing } from "./errors.js";
import { type FlashMessage, type MessageLevel, messageLevels } from "./flash-message.js";
import type { MessageQueue } from "./message-queue.js";

/** Options of a message. */
export interface AddMessageOptions {
  /** Tags of its own, for a class in HTML. */
  readonly extraTags?: string;
  /** Whether it is no error that nothing keeps messages here. Default false. */
  readonly failSilently?: boolean;
}

/** The scope of a request, or what has one: `this` in a consumer. */
export type MessageTarget = Scope | { readonly scope: Scope };

const queues = new WeakMap<Scope, MessageQueue>();

/** To be called by the middleware that keeps them. */
export function setQueueOf(scope: Scope, queue: MessageQueue): void {
  queues.set(scope, queue);
}

function scopeOf(target: MessageTarget): Scope {
  return "scope" in target && typeof target.scope === "object" ? target.scope : (target as Scope);
}

function queueOf(target: MessageTarget): MessageQueue {
  const scope = scopeOf(target);
  const queue = queues.get(scope);
  if (queue === undefined) throw new MessagesMissing({ scope: scope.type });
  return queue;
}

function add(
  target: MessageTarget,
  level: MessageLevel | number,
  text: string | SafeString,
  { extraTags = "", failSilently = false }: AddMessageOptions = {},
): void {
  if (failSilently && !queues.has(scopeOf(target))) return;
  queueOf(target).add(typeof level === "number" ? level : messageLevels[level], text, extraTags);
}

type AddOfLevel = (target: MessageTarget, text: string | SafeString, options?: AddMessageOptions) => void;

const ofLevel =
  (level: MessageLevel): AddOfLevel =>
  (target, text, options) =>
    add(target, level, text, options);

/**
 * Messages to a visitor, which the next page that she sees shows once: `messages.success(this, "Saved.")`. All throw
 * `MessagesMissing` where `flashMessages()` is not among the middleware, and `MessagesTooLate` after the response has begun.
 */
export const messages = {
  /** A message of any level. */
  add,
  debug: ofLevel("debug"),
  info: ofLevel("info"),
  success: ofLevel("success"),
  warning: ofLevel("warning"),
  error: ofLevel("error"),
  /** All that wait, and those that were added now, oldest first. They count as shown. */
  read: (target: MessageTarget): Promise<readonly FlashMessage[]> => queueOf(target).read(),
  /** Messages below this level are not kept, for the rest of this request. */
  setLevel: (target: MessageTarget, level: MessageLevel | number): void => {
    queueOf(target).minLevel = typeof level === "number" ? level : messageLevels[level];
  },
};

/** Gives templates `messages`, which are read when a page asks for them; none where nothing keeps any. */
export function messagesContext(scope: Scope): object {
  return {
    get messages(): Promise<readonly FlashMessage[]> | readonly FlashMessage[] {
      return queues.get(scope)?.read() ?? [];
    },
  };
}
