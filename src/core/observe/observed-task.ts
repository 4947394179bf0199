import type { Application, Handler } from "../application.js";
import type { Send } from "../message.js";
import type { TaskScope } from "../scope.js";
import { diagnostics, type TaskEnd, type TaskStart } from "./channels.js";
import { watchedHandler } from "./watched-handler.js";

/** Runs one run of a task, and tells how it begins and ends. */
export function observedTask(application: Application, scope: TaskScope, send: Send): Handler {
  const began = performance.now();
  const { id, name: task, queue, attempt } = scope;
  const start: TaskStart = { id, task, queue, attempt };
  let isOver = false;
  const end = (outcome: TaskEnd["outcome"]): void => {
    if (isOver) return;
    isOver = true;
    const told: TaskEnd = { ...start, outcome, durationMs: performance.now() - began };
    diagnostics.taskEnd.publish(told);
  };
  diagnostics.taskStart.publish(start);
  const watchedSend: Send = (message) => {
    const sent = send(message);
    if (message.type === "task.completed") end("completed");
    else if (message.type === "task.failed") end("failed");
    return sent;
  };
  return watchedHandler(application(scope, watchedSend), () => end("failed"));
}
