import { defineError, type Issue } from "../core/index.js";

/** A task is declared in a way that cannot work. */
export class TaskOptionInvalid extends defineError({
  code: "WORKERS_TASK_OPTION_INVALID",
  message: (p: { task: string; option: string; problem: string }) =>
    `The task ${JSON.stringify(p.task)} cannot be set up: ${p.option} ${p.problem}.`,
}) {}

/** A schedule is declared in a way that cannot work. */
export class ScheduleInvalid extends defineError({
  code: "WORKERS_SCHEDULE_INVALID",
  message: (p: { schedule: string; problem: string }) => `The schedule ${JSON.stringify(p.schedule)} ${p.problem}.`,
}) {}

/** Two tasks of one worker have the same name. */
export class TaskNameTaken extends defineError({
  code: "WORKERS_TASK_NAME_TAKEN",
  message: (p: { task: string }) =>
    `Two tasks are called ${JSON.stringify(p.task)}. Names must be unique; put the app's name before the dot.`,
}) {}

/** Arguments do not fit a task: they break its schema, or they hold what cannot be kept in a queue. */
export class TaskArgsInvalid extends defineError({
  code: "WORKERS_TASK_ARGS_INVALID",
  message: (p: { task: string; issues: readonly Issue[] }) =>
    `The arguments of the task ${JSON.stringify(p.task)} are not valid: ${p.issues.map(issueText).join("; ")}.`,
}) {}

function issueText(issue: Issue): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

/** A task returned, or reported as its progress, what cannot be kept. */
export class TaskResultInvalid extends defineError({
  code: "WORKERS_TASK_RESULT_INVALID",
  message: (p: { task: string; what: "result" | "progress"; path: readonly (string | number)[]; problem: string }) =>
    `The ${[p.what, ...p.path].join(".")} of the task ${JSON.stringify(p.task)} cannot be kept: it ${p.problem}.`,
}) {}

/** A task arrived at a worker that does not have it. */
export class UnknownTask extends defineError({
  code: "WORKERS_UNKNOWN_TASK",
  message: (p: { task: string; known: readonly string[] }) =>
    `This worker has no task ${JSON.stringify(p.task)}; it has: ${p.known.join(", ") || "none"}. Add it to the tasks of its app, or deploy the worker anew, then retry the task.`,
}) {}

/** What a task failed with, as it reaches who waits for its result; `params` carry the original's name and code. */
export class TaskFailed extends defineError({
  code: "WORKERS_TASK_FAILED",
  message: (p: { task: string; id: string; name: string; message: string; errorCode: string | null }) =>
    `The task ${JSON.stringify(p.task)} (${p.id}) failed with ${p.name}: ${p.message}`,
}) {}

/** Somebody cancelled the task. */
export class TaskCancelled extends defineError({
  code: "WORKERS_TASK_CANCELLED",
  message: (p: { task: string; id: string }) => `The task ${JSON.stringify(p.task)} (${p.id}) was cancelled.`,
}) {}

/** The task did not start before its `expiresInMs` was over, and was not run. */
export class TaskExpired extends defineError({
  code: "WORKERS_TASK_EXPIRED",
  message: (p: { task: string; expiresAt: number }) =>
    `The task ${JSON.stringify(p.task)} was to start before ${new Date(p.expiresAt).toISOString()} and had no turn until then; it was not run. Give it more time, or the queue more workers.`,
}) {}

/** A run took longer than the task's `timeoutMs`. */
export class TaskTimedOut extends defineError({
  code: "WORKERS_TASK_TIMED_OUT",
  message: (p: { task: string; timeoutMs: number }) =>
    `The task ${JSON.stringify(p.task)} ran for longer than its timeout of ${p.timeoutMs} ms.`,
}) {}

/** A thread that ran a task is no more: it was ended, since the task did not stop, or the task ended it itself. */
export class TaskThreadEnded extends defineError({
  code: "WORKERS_THREAD_ENDED",
  message: (p: { problem: string }) => `The thread of this task was ended: ${p.problem}.`,
}) {}

/** A task in a thread called what only the worker's process can do; hand the task what it needs, or let another task do that. */
export class ThreadLacks extends defineError({
  code: "WORKERS_THREAD_LACKS",
  message: (p: { what: string }) =>
    `${p.what} cannot be called in a thread, which has no database: return what was found, and let a task without the option thread do that.`,
}) {}

/** The module that a task names as its own, for a thread, does not make that task. */
export class TaskThreadModuleInvalid extends defineError({
  code: "WORKERS_THREAD_MODULE_INVALID",
  message: (p: { task: string; module: string }) =>
    `The module ${p.module} does not make the task ${JSON.stringify(p.task)}. Call task() at the top of the module whose import.meta.url is its option thread.`,
}) {}

/** The worker stops: the run is to end, and starts again in another worker. */
export class WorkerStopping extends defineError({
  code: "WORKERS_WORKER_STOPPING",
  message: () => "The worker stops; this run starts again in another one.",
  temporary: true,
}) {}

/** The worker was out of touch with the queue for so long that the task was given to another one. */
export class TaskLost extends defineError({
  code: "WORKERS_TASK_LOST",
  message: (p: { task: string; id: string }) =>
    `The task ${JSON.stringify(p.task)} (${p.id}) was given to another worker: this one did not renew its claim in time. Do not block the event loop for long.`,
}) {}

/** Workers died while they ran this task, more often than is allowed. */
export class TaskStalled extends defineError({
  code: "WORKERS_TASK_STALLED",
  message: (p: { maxStalls: number }) =>
    `The task was running in more than ${p.maxStalls} workers that died. If it makes them die, repair it, then retry it.`,
}) {}

/** The result did not come in the time that the caller gave it. */
export class TaskResultTimeout extends defineError({
  code: "WORKERS_TASK_RESULT_TIMEOUT",
  message: (p: { task: string; id: string; timeoutMs: number }) =>
    `The task ${JSON.stringify(p.task)} (${p.id}) has not ended within ${p.timeoutMs} ms. It may still do so; ask again.`,
  status: 504,
  temporary: true,
}) {}

/** The queue knows nothing of a task: it never came, or its result was kept for long enough. */
export class TaskGone extends defineError({
  code: "WORKERS_TASK_GONE",
  message: (p: { id: string; queue: string }) =>
    `The queue ${JSON.stringify(p.queue)} knows no task ${p.id}: it was never enqueued there, or its result has expired.`,
  status: 404,
}) {}

/** The task waits for its transaction: until that commits, nobody can run it. */
export class TaskNotSent extends defineError({
  code: "WORKERS_TASK_NOT_SENT",
  message: (p: { task: string; id: string }) =>
    `The task ${JSON.stringify(p.task)} (${p.id}) was enqueued inside a transaction that has not committed. Ask for it after the commit.`,
}) {}

/** Nothing is registered under this alias. */
export class TaskBackendMissing extends defineError({
  code: "WORKERS_BACKEND_MISSING",
  message: (p: { alias: string }) =>
    `There is no task backend ${JSON.stringify(p.alias)}. Set one at start: taskBackends.set(${JSON.stringify(p.alias)}, new ImmediateTaskBackend()), or a BullmqTaskBackend where there is Redis.`,
}) {}

/** The queue's server cannot be reached, or does not answer in time. */
export class TaskBackendUnavailable extends defineError({
  code: "WORKERS_BACKEND_UNAVAILABLE",
  message: (p: { server: string; problem: string; remedy: string }) =>
    `The task queue at ${p.server} cannot be used now (${p.problem}). ${p.remedy}, then try again.`,
  status: 503,
  closeCode: 1013,
  temporary: true,
}) {}

/** The backend was closed. */
export class TaskBackendClosed extends defineError({
  code: "WORKERS_BACKEND_CLOSED",
  message: () => "This task backend was closed; it cannot be used any more.",
}) {}

/** More tasks wait in this process than may. */
export class TaskQueueFull extends defineError({
  code: "WORKERS_QUEUE_FULL",
  message: (p: { capacity: number }) =>
    `${p.capacity} tasks wait in this process, which is its limit. Enqueue again later, raise the capacity, or use a queue outside of the process.`,
  status: 503,
  closeCode: 1013,
  temporary: true,
}) {}

/** An option of a backend or a worker is wrong. */
export class WorkerOptionInvalid extends defineError({
  code: "WORKERS_OPTION_INVALID",
  message: (p: { option: string; problem: string }) => `The worker's option ${p.option} ${p.problem}.`,
}) {}

/** A task's consumer, or middleware around it, sent what a worker does not know. */
export class TaskMessageUnknown extends defineError({
  code: "WORKERS_MESSAGE_UNKNOWN",
  message: (p: { type: string }) =>
    `A worker does not know messages of type ${JSON.stringify(p.type)}; it knows task.progress, task.completed and task.failed.`,
}) {}

/** 503: no worker of the pool took a connection in time. */
export class NoRemoteWorker extends defineError({
  code: "WORKERS_NO_REMOTE_WORKER",
  message: (p: { pool: string; waitedMs: number }) =>
    `No worker of the pool ${JSON.stringify(p.pool)} took the connection within ${p.waitedMs} ms. Start one: hotclub worker --pools ${p.pool}`,
  status: 503,
  closeCode: 1013,
  temporary: true,
}) {}

/** 503: the worker that handled a request is gone, and to have it handled again might do something twice. */
export class RemoteWorkerLost extends defineError({
  code: "WORKERS_REMOTE_WORKER_LOST",
  message: (p: { worker: string }) => `The worker ${p.worker} was lost while it handled this request.`,
  status: 503,
  closeCode: 1012,
  temporary: true,
}) {}

/** The consumer of a remote route could not be made, or what is around it failed. */
export class RemoteConsumerFailed extends defineError({
  code: "WORKERS_REMOTE_CONSUMER_FAILED",
  message: (p: { reason: string }) => `A consumer failed in its worker: ${p.reason}`,
}) {}

/** A remote consumer uses a layer that has no alias, by which the process with the connection would know it. */
export class RemoteLayerUnknown extends defineError({
  code: "WORKERS_REMOTE_LAYER_UNKNOWN",
  message: (p: { alias: string }) =>
    p.alias === ""
      ? "A remote consumer can use only layers with an alias: register yours with channelLayers.set(alias, layer)."
      : `The process that holds the connection has no channel layer ${JSON.stringify(p.alias)}.`,
}) {}
