import type { Message } from "../../core/index.js";
import type { PlainData } from "./plain-data.js";

/** To the consumer: run with these arguments. The first message of its scope. */
export interface TaskRunMessage extends Message {
  readonly type: "task.run";
  readonly args: unknown;
}

/** Why a run is asked to end before it is done. */
export type StopReason = "timeout" | "shutdown" | "lost" | "cancelled";

/** To the consumer: abort your signal and come to an end. */
export interface TaskStopMessage extends Message {
  readonly type: "task.stop";
  readonly reason: StopReason;
  /** The limit that was passed, for `timeout`. */
  readonly timeoutMs?: number;
}

/** From the consumer: how far it is. */
export interface TaskProgressMessage extends Message {
  readonly type: "task.progress";
  readonly value: PlainData;
}

/** From the consumer: done. */
export interface TaskCompletedMessage extends Message {
  readonly type: "task.completed";
  readonly result: PlainData;
}

/** An error as plain data, so that it can be kept and sent. */
export interface TaskErrorInfo {
  readonly name: string;
  readonly message: string;
  /** The `code` that Hotclub's errors and Node's have. */
  readonly code: string | null;
  /** With the stacks of its causes. */
  readonly stack: string | null;
}

/**
 * Where a message about a failure holds what was thrown itself, for the worker's rules about retries. It is lost where
 * the message is copied.
 */
export const thrownError: unique symbol = Symbol("thrown error");

/** From the consumer: it failed. */
export interface TaskFailedMessage extends Message {
  readonly type: "task.failed";
  readonly error: TaskErrorInfo;
  /** Whether another run would fail in the same way, so that there is none. */
  readonly isFinal: boolean;
  /** What the task's rule about retries says, where it was asked already. */
  readonly retry?: boolean | number;
  readonly [thrownError]?: Error;
}
