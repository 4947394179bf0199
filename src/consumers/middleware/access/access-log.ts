import { getLogger, type Logger } from "../../../core/index.js";
import type { AccessRules, LoggedScope } from "./access-rules.js";
import { LoggedRequest } from "./logged-request.js";
import { LoggedSocket } from "./logged-socket.js";
import { LoggedTask } from "./logged-task.js";
import { defineMiddleware, type Middleware } from "../middleware.js";

/** Options of `accessLog`. */
export interface AccessLogOptions {
  /**
   * Paths that have a line only when something is wrong, such as those of health checks. Default `/health/`, `/healthz`,
   * `/livez`, `/ready/`, `/readyz`, with and without a slash at the end.
   */
  readonly skip?: readonly RegExp[];
  /** Which share of what ends well has a line, from 0 to 1. Default 1: all. */
  readonly sample?: number;
  /** From when on a request or task is slow, in milliseconds: it has a line in any case, as a warning. Default never. */
  readonly slowMs?: number;
  /** Further fields. What they hold goes out as it is: leave out what nobody may read. */
  readonly fields?: (scope: LoggedScope) => object;
  /** Default: the process's logger. */
  readonly logger?: Logger;
}

/** The numbers of levels, as pino has them. */
const info = 30;
const warn = 40;

const healthPaths = [/^\/(?:health|healthz|live|livez|ready|readyz)\/?$/];

/**
 * Writes a line into the log for each request, socket and task when it ends: what was asked for, by whom, and how it
 * went. Status 500 and above, failed tasks and what is slow are warnings; all else is `info`, and costs next to nothing
 * where the log leaves that out. Neither queries nor headers are written, since they hold secrets, and a path as it was
 * sent: percent-encoded, so that nobody can write lines of their own.
 */
export function accessLog(options: AccessLogOptions = {}): Middleware<"http" | "websocket" | "task"> {
  const { skip = healthPaths, sample = 1, slowMs = Number.POSITIVE_INFINITY, fields, logger } = options;
  const rules: AccessRules = {
    slowMs,
    fields,
    logger: logger === undefined ? getLogger : () => logger,
    wants: (scope) => (sample >= 1 || Math.random() < sample) && !isSkipped(scope, skip),
  };
  return defineMiddleware(
    // All that goes out must pass here.
    {
      name: "access-log",
      scopes: ["http", "websocket", "task"],
      before: ["security-headers", "compression", "error-pages", "allowed-hosts", "cors", "rate-limit", "timeout"],
    },
    (next) => (scope, send) => {
      const { levelVal } = rules.logger();
      if (levelVal > warn) return next(scope, send);
      if (scope.type === "http") {
        const request = new LoggedRequest(scope, send, rules, levelVal <= info && rules.wants(scope));
        return request.enter(next(scope, request.send));
      }
      if (scope.type === "websocket") {
        const socket = new LoggedSocket(scope, send, rules);
        return socket.enter(next(scope, socket.send));
      }
      const task = new LoggedTask(scope, send, rules);
      return task.enter(() => next(scope, task.send));
    },
  );
}

function isSkipped(scope: LoggedScope, skip: readonly RegExp[]): boolean {
  return scope.type !== "task" && skip.some((pattern) => pattern.test(scope.path));
}
