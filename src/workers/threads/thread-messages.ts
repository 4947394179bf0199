import type { TaskScope } from "../../core/index.js";
import type { TaskErrorInfo, TaskFailedMessage, TaskProgressMessage, TaskStopMessage } from "../tasks/task-messages.js";
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
  /** The names of what the process lends to runs. */
  readonly lent: readonly string[];
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

/** To a thread: what it asked for. */
export interface ThreadAnswerOrder {
  readonly type: "answer";
  /** Of the question. */
  readonly number: number;
  readonly value?: unknown;
  readonly error?: TaskErrorInfo;
}

export type ThreadOrder = ThreadRunOrder | ThreadStopOrder | ThreadProgressKept | ThreadAnswerOrder;

/** From a thread: it asks for what its run was lent, or for what one of the methods of that gives. */
export interface ThreadQuestion {
  readonly type: "ask";
  readonly number: number;
  readonly name: string;
  readonly method: string | undefined;
  readonly args: readonly unknown[];
}

/** From a thread. */
export type ThreadReport =
  | { readonly type: "progress"; readonly message: TaskProgressMessage }
  | { readonly type: "completed"; readonly result: PlainData }
  | { readonly type: "failed"; readonly message: TaskFailedMessage }
  | ThreadQuestion
  /** A line of its log, as JSON. */
  | { readonly type: "log"; readonly line: string };
