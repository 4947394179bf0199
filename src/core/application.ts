import type { Message, Send } from "./message.js";
import type { Scope } from "./scope.js";

/**
 * Takes the messages of one scope, in order.
 *
 * `handle` may throw or reject: the caller then ends this scope (A7). A returned promise asks the caller to hold the
 * next message back until it settles, where the protocol allows that (a request body can wait, a socket cannot).
 */
export interface Handler {
  handle(message: Message): void | Promise<void>;
}

/** The whole of a project, or any part of it: called once per connection, request, task run or process life. */
export type Application<S extends Scope = Scope> = (scope: S, send: Send) => Handler;
