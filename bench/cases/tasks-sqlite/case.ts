import type { BenchCase } from "../../case.js";
import { taskCases } from "../tasks-bullmq/case.js";

/** What a project has that set neither `DATABASE_URL` nor `REDIS_URL`. */
export const tasksSqlite: readonly BenchCase[] = taskCases(
  "tasks-sqlite",
  "tasks in a file of SQLite beside BullMQ alone on Redis",
  { needs: ["redis"] },
);
