import type { Task } from "./task.js";

/**
 * Every task that `task()` has made in this process, by name; the newest of a name counts. Only for running tasks where
 * no worker was given any, as in a test without set-up: a worker runs the tasks of its project and no others.
 */
export const definedTasks = new Map<string, Task>();
