import { toError } from "../../core/index.js";
import { TaskArgsInvalid, TaskResultInvalid } from "../errors.js";
import type { TaskErrorInfo } from "./task-messages.js";

const maxCauses = 5;

/** Whatever was thrown, as plain data. */
export function errorInfo(thrown: unknown): TaskErrorInfo {
  const error = toError(thrown);
  const { code } = error as { readonly code?: unknown };
  return {
    name: error.name,
    message: error.message,
    code: typeof code === "string" ? code : null,
    stack: stackWithCauses(error),
  };
}

/** An error again, of the base class: for logs, and as the cause of what the waiting side gets. */
export function reviveError({ name, message, code, stack }: TaskErrorInfo): Error {
  return Object.assign(new Error(message), { name, ...(stack !== null && { stack }), ...(code !== null && { code }) });
}

function stackWithCauses(error: Error): string | null {
  if (error.stack === undefined) return null;
  const stacks = [error.stack];
  let { cause } = error;
  while (cause instanceof Error && stacks.length <= maxCauses) {
    stacks.push(`Caused by: ${cause.stack ?? cause.message}`);
    cause = cause.cause;
  }
  return stacks.join("\n");
}

/** Wrong arguments stay wrong, and a result that cannot be kept is no reason to do the work again. */
export function isFinal(error: Error): boolean {
  return error instanceof TaskArgsInvalid || error instanceof TaskResultInvalid;
}
