import type { HttpScope } from "../../core/index.js";
import type { KeptMessage } from "../flash-message.js";
import type { MessageStore } from "../message-store.js";

/** What is needed of a session; `sessionOf` of `hotclub/sessions` gives one. */
export interface MessageSession {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): void;
  delete(key: string): void;
}

const key = "hotclub.messages";

/**
 * Keeps messages in the visitor's session: `sessionMessages(sessionOf)`. There may be any number of them, and she can
 * not read them before they are shown.
 */
export function sessionMessages(sessionOf: (scope: HttpScope) => unknown): MessageStore {
  const of = (scope: HttpScope): MessageSession => sessionOf(scope) as MessageSession;
  return {
    load: (scope) => of(scope).get(key),
    async keep(scope, messages: readonly KeptMessage[]) {
      if (messages.length > 0) of(scope).set(key, messages);
      else if ((await of(scope).get(key)) !== undefined) of(scope).delete(key);
      return [];
    },
  };
}
