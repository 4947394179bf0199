import type { StandardSchemaV1 } from "@standard-schema/spec";

import type { SchemaInput, SchemaOutput } from "../../core/index.js";
import type { TypeProblem } from "../../layers/index.js";
import { definedTasks } from "./defined-tasks.js";
import type { Plain } from "./plain-data.js";
import { type TaskConsumerClass, TaskConsumer, type TaskRun } from "./task-consumer.js";
import { resolveTaskOptions, type TaskOptions } from "./task-options.js";
import { Task } from "./task.js";

/** The short form of a task: gets the run and the arguments, returns the result. */
export type TaskFunction<Args, Result> = (run: TaskRun, args: Args) => Result | Promise<Result>;

/** What a task is declared with, where no schema checks its arguments. */
type Unchecked<Args> = TaskOptions<Args> & { readonly args?: undefined };

/** What a task is declared with, where a schema does. */
type Checked<S extends StandardSchemaV1> = TaskOptions<SchemaInput<S>> & { readonly args: S };

/** Nothing, where a queue can keep `Value`; otherwise what the compiler is to show. */
type Keepable<Value, Sentence extends string> = [Value] extends [void]
  ? unknown
  : Value extends Plain<Value>
    ? unknown
    : TypeProblem<Sentence>;

type KeepableArgs<Args> = Keepable<Args, "The arguments of a task are kept as JSON; these hold something else.">;
type KeepableResult<Result> = Keepable<Result, "The result of a task is kept as JSON; this holds something else.">;

/**
 * Declares a piece of background work:
 *
 * ```ts
 * export const notify = task("chat.notify", { queue: "mail", retries: 5 }, async (run, args: { message: number }) => {
 *   const message = await Message.get({ id: args.message });
 *   await sendMail(message, { signal: run.signal });
 *   return message.recipients;
 * });
 * const handle = await notify.enqueue({ message: 1 });
 * await handle.result();
 * ```
 *
 * `run` is a function, or a class of `TaskConsumer`s: a function becomes the `run` of one. Throws `TaskOptionInvalid`.
 */
export function task<S extends StandardSchemaV1, Result>(
  name: string,
  options: Checked<S>,
  run: TaskFunction<SchemaOutput<S>, Result> & KeepableResult<Result>,
): Task<SchemaOutput<S>, Result, SchemaInput<S>>;
export function task<S extends StandardSchemaV1, Result>(
  name: string,
  options: Checked<S>,
  run: TaskConsumerClass<SchemaOutput<S>, Result> & KeepableResult<Result>,
): Task<SchemaOutput<S>, Result, SchemaInput<S>>;
export function task<Args, Result>(
  name: string,
  options: Unchecked<Args>,
  run: TaskFunction<Args, Result> & KeepableArgs<Args> & KeepableResult<Result>,
): Task<Args, Result>;
export function task<Args, Result>(
  name: string,
  options: Unchecked<Args>,
  run: TaskConsumerClass<Args, Result> & KeepableArgs<Args> & KeepableResult<Result>,
): Task<Args, Result>;
export function task(
  name: string,
  options: TaskOptions,
  run: TaskFunction<unknown, unknown> | TaskConsumerClass<unknown>,
): Task {
  const made = new Task(name, resolveTaskOptions(name, options), isConsumerClass(run) ? run : consumerOf(run));
  definedTasks.set(name, made);
  return made;
}

function isConsumerClass(run: object): run is TaskConsumerClass<unknown> {
  return (run as { readonly prototype?: unknown }).prototype instanceof TaskConsumer;
}

function consumerOf(work: TaskFunction<unknown, unknown>): TaskConsumerClass<unknown> {
  return class FunctionTask extends TaskConsumer {
    run(args: unknown): unknown {
      return work(this, args);
    }
  };
}
