import { type ConsumerClass, ConsumerRun, type ConsumerServices, ScopeMismatch } from "../../consumers/index.js";
import type { Application, Handler, TaskScope } from "../../core/index.js";
import { TaskNameTaken, UnknownTask } from "../errors.js";
import type { TaskRunMessage } from "../tasks/task-messages.js";
import type { Task } from "../tasks/task.js";
import type { ThreadPool } from "../threads/thread-pool.js";

/** Tasks by name. Throws `TaskNameTaken`. */
export function tasksByName(tasks: Iterable<Task>): ReadonlyMap<string, Task> {
  const byName = new Map<string, Task>();
  for (const task of tasks) {
    const other = byName.get(task.name);
    if (other !== undefined && other !== task) throw new TaskNameTaken({ task: task.name });
    byName.set(task.name, task);
  }
  return byName;
}

/**
 * The application of some tasks: a consumer for each run, in one of `threads` where the task says so. Throws
 * `UnknownTask` for the scope of any other.
 */
export function taskApplication(
  tasks: ReadonlyMap<string, Task>,
  services: ConsumerServices,
  threads?: ThreadPool,
): Application {
  return (scope, send) => {
    if (scope.type !== "task") {
      throw new ScopeMismatch({ consumer: "A worker", expected: "task", given: scope.type });
    }
    const task = tasks.get(scope.name);
    if (task === undefined) throw new UnknownTask({ task: scope.name, known: [...tasks.keys()] });
    if (threads !== undefined && task.options.thread !== undefined) return threads.handler(scope, send);
    const run = new ConsumerRun(task.consumer as unknown as ConsumerClass<TaskScope>, scope, send, services);
    return task.options.args === undefined ? run : checkingArgs(task, run);
  };
}

function checkingArgs(task: Task, run: Handler): Handler {
  return {
    handle(message) {
      if (message.type !== "task.run") return run.handle(message);
      const pass = (args: unknown) => run.handle({ ...message, args });
      const args = task.readArgs((message as TaskRunMessage).args);
      return args instanceof Promise ? args.then(pass) : pass(args);
    },
  };
}
