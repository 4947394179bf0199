import type { BenchCase } from "../../case.js";
import { taskCases } from "../tasks-bullmq/case.js";

export const tasksDatabase: readonly BenchCase[] = taskCases(
  "tasks-database",
  "tasks in PostgreSQL beside BullMQ alone on Redis",
  { needs: ["redis", "postgres"] },
);
