import { group } from "../../layers/index.js";

/**
 * The group that hears of one task's progress, where the task has the option `announce`:
 *
 * ```ts
 * await this.join(taskProgress({ id: handle.id }));
 * …
 * "progress.changed"(message: TaskProgressed) { return this.sendJson(message); }
 * ```
 */
export const taskProgress = group("task/:id").carries<{ "progress.changed": ProgressChange }>();

/** How far a task is. */
export interface ProgressChange {
  readonly id: string;
  readonly task: string;
  readonly state: "running" | "succeeded" | "failed" | "cancelled";
  /** What the task last reported; `null` where it has reported nothing. */
  readonly value: unknown;
}

/** The message that `taskProgress` carries. */
export interface TaskProgressed extends ProgressChange {
  readonly type: "progress.changed";
}
