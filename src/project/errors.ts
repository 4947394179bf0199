import { defineError } from "../core/index.js";

/** A file does not hold a project. */
export class ProjectNotFound extends defineError({
  code: "PROJECT_NOT_FOUND",
  message: (p: { looked: string; problem: string }) =>
    `No project in ${p.looked}: ${p.problem}. Write one (export default defineProject({ … })) or name its file with --project.`,
}) {}

/** Tasks or consumers are asked to run in workers, and nothing carries messages to them. */
export class WorkerNeedsRedis extends defineError({
  code: "PROJECT_WORKER_NEEDS_REDIS",
  message: () =>
    "A worker of its own needs REDIS_URL, or tasks in PostgreSQL (DATABASE_URL): without them, tasks and named channels are handled in the process that serves.",
}) {}

/** An app refused to start (`lifespan.startup`). Its own error is the cause; mend what that says. */
export class StartupFailed extends defineError({
  code: "PROJECT_STARTUP_FAILED",
  message: (p: { app: string; reason: string }) => `The app ${JSON.stringify(p.app)} did not start up: ${p.reason}`,
}) {}

/** Several processes are to serve a project whose parts talk through the memory of one. Set REDIS_URL, or serve with one. */
export class ProcessesNeedRedis extends defineError({
  code: "PROJECT_PROCESSES_NEED_REDIS",
  message: (p: { processes: number; what: string }) =>
    `${p.processes} processes cannot serve ${p.what} without REDIS_URL: what one of them sends would not reach the others. Set REDIS_URL, or serve with one process.`,
}) {}

/** A group is asked for that nobody sends to. Give the model `announce: true` in its `meta`, or do not join. */
export class ModelNotAnnounced extends defineError({
  code: "PROJECT_MODEL_NOT_ANNOUNCED",
  message: (p: { model: string }) =>
    `Changes of ${p.model} are told to nobody: give it static meta = meta({ announce: true }) to have groups for them.`,
}) {}

/** One of several processes ended before it could serve. It has said why itself, in the lines before. */
export class ProcessNotServing extends defineError({
  code: "PROJECT_PROCESS_NOT_SERVING",
  message: (p: { end: string }) => `A process ended (${p.end}) before it could serve. It says why above.`,
}) {}
