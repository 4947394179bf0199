import { f, index, meta, ModelBase, type ModelClass, unique } from "../../orm/index.js";
import { OutboxTask } from "../outbox/outbox-table.js";

/** Where a task is, as the column `state` says it. */
export const stateCodes = {
  waiting: 0,
  delayed: 1,
  running: 2,
  /** Due, and over a limit of concurrency. */
  held: 3,
  succeeded: 4,
  failed: 5,
  cancelled: 6,
} as const;

/**
 * A task. One index serves for taking the next, for those that wait for their time and for those that are over, the
 * newest first: `rank` is the priority of what is due and 0 otherwise, `at` is the time that the state is about.
 *
 * Times are in milliseconds since 1970.
 */
class QueuedTask extends ModelBase {
  id = f.char({ primaryKey: true, maxLength: 200 });
  queue = f.char({ maxLength: 99 });
  name = f.char({ maxLength: 99 });
  state = f.int();
  rank = f.int();
  at = f.int();
  priority = f.int();
  args = f.text({ null: true });
  retries = f.int();
  /** Limits of concurrency and rate, and what goes along from who enqueued it, as JSON. */
  limits = f.text({ null: true });
  uniqueKey = f.char({ maxLength: 200, null: true });
  /** 0: the key is given back at the start; -1: at the end; else at that time. */
  uniqueUntil = f.int({ null: true });
  requestId = f.char({ maxLength: 200, null: true });
  expiresAt = f.int({ null: true });
  attempts = f.int();
  failures = f.int();
  stalls = f.int();
  progress = f.text();
  enqueuedAt = f.int();
  startedAt = f.int({ null: true });
  finishedAt = f.int({ null: true });
  /** Which worker runs it, and until when its claim lasts without being renewed. */
  worker = f.char({ maxLength: 40, null: true });
  leaseUntil = f.int({ null: true });
  isCancelling = f.int();
  error = f.text({ null: true });
  result = f.text({ null: true });
  static meta = meta({
    dbTable: "hotclub_task",
    indexes: [index("queue", "state", "rank", "at", "id").named("hotclub_task_turn_order")],
    // Most tasks have no key, and an entry costs with every change of a row.
    constraints: [unique("queue", "uniqueKey", { where: { uniqueKey__isnull: false } }).named("hotclub_task_unique")],
  });
}

/** A queue that has ever had a task. */
class TaskQueue extends ModelBase {
  queue = f.char({ primaryKey: true, maxLength: 99 });
  isPaused = f.int();
  static meta = meta({ dbTable: "hotclub_task_queue" });
}

/** A worker that takes from a queue, while it says so. */
class TaskWorker extends ModelBase {
  /** Its id and the queue. */
  id = f.char({ primaryKey: true, maxLength: 150 });
  queue = f.char({ maxLength: 99 });
  leaseUntil = f.int();
  static meta = meta({ dbTable: "hotclub_task_worker" });
}

/** The place of a task under a limit of concurrency: it runs, or it is held. */
class TaskTurn extends ModelBase {
  task = f.char({ primaryKey: true, maxLength: 200 });
  queue = f.char({ maxLength: 99 });
  key = f.char({ maxLength: 200 });
  max = f.int();
  isRunning = f.int();
  rank = f.int();
  at = f.int();
  static meta = meta({
    dbTable: "hotclub_task_turn",
    indexes: [index("queue", "key", "isRunning", "rank", "at").named("hotclub_task_turn_key")],
  });
}

/** An open window of a limit of rate. */
class TaskWindow extends ModelBase {
  key = f.char({ primaryKey: true, maxLength: 300 });
  endsAt = f.int();
  starts = f.int();
  static meta = meta({ dbTable: "hotclub_task_window" });
}

/** When a schedule fired last. */
class ScheduleFiring extends ModelBase {
  name = f.char({ primaryKey: true, maxLength: 99 });
  at = f.int();
  static meta = meta({ dbTable: "hotclub_schedule_firing" });
}

/** The models of the tables that tasks are kept in, and of the outbox: make them with the project's own. */
export const taskModels: readonly ModelClass[] = [
  QueuedTask,
  TaskQueue,
  TaskWorker,
  TaskTurn,
  TaskWindow,
  ScheduleFiring,
  OutboxTask,
];
