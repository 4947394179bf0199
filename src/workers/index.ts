/**
 * Work that is done later, or elsewhere: tasks, the queues that keep them, and the workers that run them and the
 * consumers of named channels. Its three main names are `task`, `runWorker` and `taskBackends`.
 *
 * ```ts
 * export const notify = task("chat.notify", { queue: "mail", retries: 5 }, async (run, args: { message: number }) => {
 *   await run.progress(0.5);
 *   return "sent";
 * });
 *
 * taskBackends.set("default", new BullmqTaskBackend({ url: settings.redisUrl }));
 * const worker = await runWorker({ tasks: [notify] });  // usually in another process: hotclub worker
 * const handle = await notify.enqueue({ message: 1 });
 * await handle.result(); // "sent"
 * ```
 */
import type { Schedule } from "./schedules/schedule.js";
import type { Task } from "./tasks/task.js";

export { endStates } from "./backend.js";
export type {
  ConcurrencyLimit,
  ConsumeOptions,
  QueueActivity,
  QueueCounts,
  RateLimit,
  RunOutcome,
  TaskBackend,
  TaskConsumption,
  TaskDelivery,
  TaskEnd,
  TaskExecutor,
  TaskInspection,
  TaskJob,
  TaskListing,
  TaskQuery,
  TaskRef,
  TaskState,
  TaskStatus,
  UniqueKey,
} from "./backend.js";
export {
  NoRemoteWorker,
  RemoteConsumerFailed,
  RemoteLayerUnknown,
  RemoteWorkerLost,
  ScheduleInvalid,
  TaskArgsInvalid,
  TaskBackendClosed,
  TaskBackendMissing,
  TaskBackendUnavailable,
  TaskCancelled,
  TaskExpired,
  TaskFailed,
  TaskGone,
  TaskLost,
  TaskMessageUnknown,
  TaskNameTaken,
  TaskNotSent,
  TaskOptionInvalid,
  TaskQueueFull,
  TaskResultInvalid,
  TaskResultTimeout,
  TaskStalled,
  TaskThreadEnded,
  TaskThreadModuleInvalid,
  TaskTimedOut,
  ThreadLacks,
  UnknownTask,
  WorkerOptionInvalid,
  WorkerStopping,
} from "./errors.js";
export { ImmediateTaskBackend, type ImmediateOptions } from "./immediate/immediate-task-backend.js";
export { BullmqTaskBackend } from "./bullmq/bullmq-task-backend.js";
export { DatabaseTaskBackend } from "./database/database-task-backend.js";
export type { DatabaseTaskOptions } from "./database/database-settings.js";
export { taskModels } from "./database/task-tables.js";
export type { BullmqOptions } from "./bullmq/bullmq-settings.js";
export { RemoteFront } from "./remote/remote-front.js";
export { RemoteHost } from "./remote/remote-host.js";
export type { RemoteTiming } from "./remote/remote-timing.js";
export { schedule, type Firing, type Schedule, type ScheduleOptions } from "./schedules/schedule.js";
export { TaskBackends, taskBackends } from "./task-backends.js";
export type { Backoff } from "./tasks/backoff.js";
export { task, type TaskFunction } from "./tasks/define-task.js";
export type { Plain, PlainData } from "./tasks/plain-data.js";
export { TaskConsumer, type TaskConsumerClass, type TaskRun } from "./tasks/task-consumer.js";
export { TaskHandle, type ResultOptions, type TaskResult } from "./tasks/task-handle.js";
export type {
  StopReason,
  TaskCompletedMessage,
  TaskErrorInfo,
  TaskFailedMessage,
  TaskProgressMessage,
  TaskRunMessage,
  TaskStopMessage,
} from "./tasks/task-messages.js";
export type {
  ConcurrencyOptions,
  KeyOptions,
  LimitOptions,
  RateLimitOptions,
  UniqueOptions,
} from "./tasks/task-limits.js";
export type { RetryRule, TaskOptions } from "./tasks/task-options.js";
export { taskProgress, type ProgressChange, type TaskProgressed } from "./tasks/task-progress.js";
export { Task, type EnqueueOptions } from "./tasks/task.js";
export { lendToThreads, type Lender, type Lent } from "./threads/lent.js";
export { runWorker, type CloseOptions, type Worker, type WorkerOptions } from "./worker.js";

declare module "../core/app.js" {
  interface AppParts {
    readonly tasks?: readonly Task[];
    /** What of them runs at set times. */
    readonly schedules?: readonly Schedule[];
  }
}
