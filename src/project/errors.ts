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
    "A worker of its own needs REDIS_URL: without it, tasks and named channels are handled in the process that serves.",
}) {}
