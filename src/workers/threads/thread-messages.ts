import type { TaskScope } from "../../core/index.js";
import type { TaskFailedMessage, TaskProgressMessage, TaskStopMessage } from "../tasks/task-messages.js";
import type { PlainData } from "../tasks/plain-data.js";

/** What a thread is started with. */
export interface ThreadSettings {
  /** Of its log. */
  readonly level: string;
}

/** To a thread: run a task. It runs one at a time. */
export interface ThreadRunOrder {
  readonly type: "run";
  /** The URL of the module that makes the task. */
  readonly module: string;
  readonly scope: TaskScope;
  /** As the queue kept them. */
  readonly args: unknown;
  /** How many earlier runs have failed. */
  readonly failures: number;
}

/** To a thread: a run is to end. */
export interface ThreadStopOrder {
  readonly type: "stop";
  readonly message: TaskStopMessage;
}

/** To a thread: the progress that it sent last is dealt with, so that it may send the next. */
export interface ThreadProgressKept {
  readonly type: "kept";
}

export type ThreadOrder = ThreadRunOrder | ThreadStopOrder | ThreadProgressKept;

/** From a thread. */
export type ThreadReport =
  | { readonly type: "progress"; readonly message: TaskProgressMessage }
  | { readonly type: "completed"; readonly result: PlainData }
  | { readonly type: "failed"; readonly message: TaskFailedMessage }
  /** A line of its log, as JSON. */
  | { readonly type: "log"; readonly line: string };
