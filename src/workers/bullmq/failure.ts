import { TaskStalled } from "../errors.js";
import { errorInfo } from "../tasks/error-info.js";
import type { TaskErrorInfo } from "../tasks/task-messages.js";

/** What BullMQ says about a job whose workers died too often. */
const stalledReason = "job stalled more than allowable limit";

/**
 * A task's error as BullMQ records it: the message as the reason, and a stack whose first line holds name and code, as
 * Node's own errors have it: `NotFound [HTTP_NOT_FOUND]: This page was not found.`
 */
export function toFailure(error: TaskErrorInfo, isFinal: boolean): Error {
  const failure = new Error(error.message);
  // BullMQ goes by the name: it repeats no job that failed with this one, whatever its attempts.
  if (isFinal) failure.name = "UnrecoverableError";
  const { stack } = error;
  const frames = stack === null ? -1 : stack.indexOf("\n    at ");
  failure.stack = headline(error) + (stack === null || frames < 0 ? "" : stack.slice(frames));
  return failure;
}

function headline({ name, code, message }: TaskErrorInfo): string {
  return `${word(name) || "Error"}${code === null ? "" : ` [${word(code)}]`}: ${message}`;
}

/** The error back from what BullMQ has recorded, also where another kind of worker wrote it. */
export function readFailure(
  reason: string,
  stacks: readonly string[] | null | undefined,
  maxStalls: number,
): TaskErrorInfo {
  if (reason === stalledReason) return { ...errorInfo(new TaskStalled({ maxStalls })), stack: null };
  const stack = stacks?.at(-1) ?? null;
  const [, name = "Error", code = null] = /^([^\s:[\]]+)(?: \[([^\]\s]+)\])?:/.exec(stack ?? "") ?? [];
  return { name, code, message: reason, stack };
}

function word(text: string): string {
  return text.replaceAll(/[\s:[\]]/g, "");
}
