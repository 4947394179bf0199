import type { HttpScope, Logger, TaskScope, WebSocketScope } from "../../../core/index.js";

/** What has a line in the access log. */
export type LoggedScope = HttpScope | WebSocketScope | TaskScope;

/** How the lines of one log are written. */
export interface AccessRules {
  readonly slowMs: number;
  readonly fields: ((scope: LoggedScope) => object) | undefined;
  readonly logger: () => Logger;
  /** Whether what ends well has a line. */
  readonly wants: (scope: LoggedScope) => boolean;
}
