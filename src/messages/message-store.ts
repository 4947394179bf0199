import type { HeaderLine, HttpScope } from "../core/index.js";
import type { KeptMessage } from "./flash-message.js";

/** Where messages wait for the page that shows them. */
export interface MessageStore {
  /** What waits there for this visitor, oldest first. Never rejects for what she may have changed. */
  load(scope: HttpScope): Promise<unknown>;
  /**
   * Keeps messages in place of those that waited. Gives those for which there is no room, the newest of them; `headers`
   * are those of the response that goes out.
   */
  keep(scope: HttpScope, messages: readonly KeptMessage[], headers: HeaderLine[]): Promise<readonly KeptMessage[]>;
}
