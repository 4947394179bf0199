import type { Statement } from "../../orm/index.js";
import { stateCodes } from "./task-tables.js";

/** The statements on the tables of tasks, as one kind of database wants them. */
export type TaskSql = ReturnType<typeof taskSql>;

/** How a kind of database says what differs. */
interface Spelling {
  /** The database's clock, in milliseconds since 1970. */
  readonly now: string;
  /** A table of the rows of a parameter: JSON, a list of objects. The columns are `name type`. */
  readonly rows: (columns: readonly string[]) => string;
  /** Takes rows that nobody else has taken. */
  readonly skipLocked: string;
  /** All that are left, for OFFSET. */
  readonly noLimit: string;
  readonly placeholder: (index: number) => string;
}

const postgres: Spelling = {
  now: "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
  // The cast of a text keeps the driver from making JSON of what is JSON.
  rows: (columns) => `json_to_recordset(CAST(CAST(? AS text) AS json)) AS o(${columns.join(", ")})`,
  skipLocked: "FOR UPDATE SKIP LOCKED",
  noLimit: "",
  placeholder: (index) => `$${index}`,
};

const sqlite: Spelling = {
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  rows: (columns) => {
    const values = columns.map((column) => {
      const [name = ""] = column.split(" ");
      return `json_extract(value, '$.${name}') AS ${name}`;
    });
    return `(SELECT ${values.join(", ")} FROM json_each(?)) AS o`;
  },
  skipLocked: "",
  noLimit: "LIMIT -1",
  placeholder: () => "?",
};

/** The columns of a task that is added. */
const added = [
  "id text",
  "queue text",
  "name text",
  "state bigint",
  "rank bigint",
  "at bigint",
  "priority bigint",
  "args text",
  "retries bigint",
  "limits text",
  "unique_key text",
  "unique_until bigint",
  "request_id text",
  "expires_at bigint",
  "attempts bigint",
  "failures bigint",
  "stalls bigint",
  "progress text",
  "enqueued_at bigint",
  "is_cancelling bigint",
];

/** What is known when a run is over. */
const outcome = [
  "id text",
  "attempt bigint",
  "state bigint",
  "retry_in bigint",
  "failed bigint",
  "is_over bigint",
  "result text",
  "error text",
];

const { waiting, delayed, running, held, succeeded, failed, cancelled } = stateCodes;

/** What a worker gets of a task. */
const claimedColumns =
  "id, name, args, attempts, failures, retries, request_id, expires_at, limits, is_cancelling, rank, at";

/** What lists show of a task. */
const listedColumns =
  "id, queue, name, state, at, priority, args, request_id, attempts, progress, enqueued_at, started_at, finished_at, error, limits";

/** Whether a task that was taken may still have to wait for a turn: `limits` begins with the limit, where there is one. */
const mayWait = `(limits IS NOT NULL AND (limits LIKE '{"concurrency":%' OR limits LIKE '{"rateLimit":%'))`;

/** Makes the statements for `sqlite` or `postgres`. */
export function taskSql(engine: string) {
  const spelling = engine === "postgres" ? postgres : sqlite;
  const { now, rows, skipLocked, noLimit } = spelling;
  const write = (text: string): Statement => statement(text, "write", false);
  const writeRows = (text: string): Statement => statement(text, "write", true);
  const readRows = (text: string): Statement => statement(text, "read", true);
  const statement = (text: string, access: "read" | "write", hasRows: boolean): Statement => {
    let index = 0;
    const sql = text.replaceAll(/\s+/g, " ").replaceAll("?", () => spelling.placeholder(++index));
    return { sql: sql.trim(), parameters: [], access, hasRows };
  };
  const names = added.map((column) => column.split(" ")[0]).join(", ");
  return {
    /** Rows of the database's own clock. */
    now: readRows(`SELECT ${now}`),
    /** JSON of `added`. Gives the ids of those that were added. */
    add: writeRows(
      `INSERT INTO hotclub_task (${names}) SELECT ${names} FROM ${rows(added)} WHERE true
       ON CONFLICT DO NOTHING RETURNING id`,
    ),
    /** JSON of queue and key: gives back keys whose time is over. */
    freeKeys: write(
      `UPDATE hotclub_task SET unique_key = NULL WHERE unique_until > 0 AND unique_until <= ${now}
       AND EXISTS (SELECT 1 FROM ${rows(["queue text", "unique_key text"])}
         WHERE o.queue = hotclub_task.queue AND o.unique_key = hotclub_task.unique_key)`,
    ),
    /** JSON of queue and key. */
    holders: readRows(
      `SELECT t.id, t.queue, t.unique_key FROM hotclub_task AS t JOIN ${rows(["queue text", "unique_key text"])}
       ON o.queue = t.queue AND o.unique_key = t.unique_key`,
    ),
    addQueue: write("INSERT INTO hotclub_task_queue (queue, is_paused) VALUES (?, 0) ON CONFLICT DO NOTHING"),
    pauseQueue: write(
      `INSERT INTO hotclub_task_queue (queue, is_paused) VALUES (?, ?)
       ON CONFLICT (queue) DO UPDATE SET is_paused = excluded.is_paused`,
    ),
    queues: readRows("SELECT queue, is_paused FROM hotclub_task_queue ORDER BY queue"),
    /** Its id, queue, lease in ms. */
    signIn: write(
      `INSERT INTO hotclub_task_worker (id, queue, lease_until) VALUES (?, ?, ${now} + ?)
       ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`,
    ),
    signOut: write("DELETE FROM hotclub_task_worker WHERE id = ?"),
    forgetWorkers: write(`DELETE FROM hotclub_task_worker WHERE lease_until < ${now}`),
    countWorkers: readRows(`SELECT count(*) FROM hotclub_task_worker WHERE queue = ? AND lease_until >= ${now}`),
    /** Queue, state, over how many ms. How many ended, and how long ago the first of them. */
    ended: readRows(
      `SELECT count(*), ${now} - min(at) FROM hotclub_task WHERE queue = ? AND state = ? AND rank = 0 AND at > ${now} - ?`,
    ),
    /** Worker, lease in ms, queue, queue, how many. */
    claim: writeRows(
      `UPDATE hotclub_task SET state = ${running}, attempts = attempts + 1, started_at = ${now}, worker = ?,
         lease_until = ${now} + ?,
         unique_key = CASE WHEN unique_until = 0 AND NOT ${mayWait} THEN NULL ELSE unique_key END
       WHERE id IN (
         SELECT id FROM hotclub_task WHERE queue = ? AND state = ${waiting}
           AND NOT EXISTS (SELECT 1 FROM hotclub_task_queue WHERE queue = ? AND is_paused = 1)
         ORDER BY rank, at, id LIMIT ? ${skipLocked})
       RETURNING ${claimedColumns}`,
    ),
    /** Queue. Those whose time has come are due. */
    promote: write(
      `UPDATE hotclub_task SET state = ${waiting}, rank = priority
       WHERE queue = ? AND state = ${delayed} AND rank = 0 AND at <= ${now}`,
    ),
    /** Queue. When the next is due, and what time it is. */
    nextDue: readRows(
      `SELECT at, ${now} FROM hotclub_task WHERE queue = ? AND state = ${delayed} AND rank = 0 ORDER BY at LIMIT 1`,
    ),
    /** JSON of `outcome`, worker. Gives the ids of those that this worker still had. */
    record: writeRows(
      `UPDATE hotclub_task SET
         state = o.state,
         rank = CASE WHEN o.state = ${waiting} THEN hotclub_task.priority ELSE 0 END,
         at = CASE WHEN o.is_over = 1 THEN ${now} WHEN o.retry_in IS NULL THEN hotclub_task.at ELSE ${now} + o.retry_in END,
         finished_at = CASE WHEN o.is_over = 1 THEN ${now} ELSE NULL END,
         failures = failures + o.failed,
         result = o.result,
         error = CASE WHEN o.error IS NULL THEN hotclub_task.error ELSE o.error END,
         worker = NULL,
         lease_until = NULL,
         unique_key = CASE WHEN o.is_over = 1 AND unique_until = -1 THEN NULL ELSE unique_key END
       FROM ${rows(outcome)}
       WHERE hotclub_task.id = o.id AND hotclub_task.attempts = o.attempt AND hotclub_task.worker = ?
         AND hotclub_task.state = ${running}
       RETURNING hotclub_task.id`,
    ),
    /** Lease in ms, worker. Gives what this worker still has. */
    renew: writeRows(
      `UPDATE hotclub_task SET lease_until = ${now} + ? WHERE worker = ? AND state = ${running}
         AND EXISTS (SELECT 1 FROM ${rows(["id text"])} WHERE o.id = hotclub_task.id)
       RETURNING id, attempts, is_cancelling`,
    ),
    /** Most stalls, most stalls, most stalls, most stalls, error, most stalls, queue. Those whose worker is gone. */
    recover: writeRows(
      `UPDATE hotclub_task SET
         state = CASE WHEN stalls >= ? THEN ${failed} ELSE ${waiting} END,
         rank = CASE WHEN stalls >= ? THEN 0 ELSE priority END,
         at = CASE WHEN stalls >= ? THEN ${now} ELSE at END,
         finished_at = CASE WHEN stalls >= ? THEN ${now} ELSE NULL END,
         error = CASE WHEN stalls >= ? THEN ? ELSE error END,
         unique_key = CASE WHEN stalls >= ? AND unique_until = -1 THEN NULL ELSE unique_key END,
         stalls = stalls + 1, worker = NULL, lease_until = NULL
       WHERE queue = ? AND state = ${running} AND lease_until < ${now} RETURNING id, state`,
    ),
    /** Value, id, worker. */
    progress: write(`UPDATE hotclub_task SET progress = ? WHERE id = ? AND worker = ? AND state = ${running}`),
    one: readRows(`SELECT ${listedColumns} FROM hotclub_task WHERE id = ?`),
    /** JSON of ids. */
    ends: readRows(
      `SELECT t.id, t.state, t.result, t.error FROM hotclub_task AS t JOIN ${rows(["id text"])} ON o.id = t.id`,
    ),
    /** Id. One that waits ends. */
    cancelWaiting: writeRows(
      `UPDATE hotclub_task SET state = ${cancelled}, rank = 0, at = ${now}, finished_at = ${now},
         unique_key = CASE WHEN unique_until = -1 OR unique_until = 0 THEN NULL ELSE unique_key END
       WHERE id = ? AND state IN (${waiting}, ${delayed}, ${held}) RETURNING queue`,
    ),
    cancelRunning: writeRows(
      `UPDATE hotclub_task SET is_cancelling = 1 WHERE id = ? AND state = ${running} RETURNING queue`,
    ),
    /** Queue, worker. Those whose runs are to end. */
    cancelling: readRows(
      `SELECT id FROM hotclub_task WHERE queue = ? AND state = ${running} AND worker = ? AND is_cancelling = 1`,
    ),
    /** Unique key, id, unique key. One that failed or was cancelled starts anew, unless another has its key. */
    retry: writeRows(
      `UPDATE hotclub_task SET unique_key = coalesce(unique_key, CAST(? AS text)), state = ${waiting}, rank = priority, at = ${now}, attempts = 0, failures = 0, stalls = 0,
         expires_at = NULL, finished_at = NULL, started_at = NULL, is_cancelling = 0, error = NULL, progress = '0'
       WHERE id = ? AND state IN (${failed}, ${cancelled}) AND NOT EXISTS (
           SELECT 1 FROM hotclub_task AS other
           WHERE other.queue = hotclub_task.queue AND other.unique_key = CAST(? AS text) AND other.id <> hotclub_task.id)
       RETURNING queue`,
    ),
    remove: writeRows(
      `DELETE FROM hotclub_task WHERE id = ? AND state IN (${succeeded}, ${failed}, ${cancelled}) RETURNING id`,
    ),
    /** Queue, state, before which time. */
    forgetOld: write(
      `DELETE FROM hotclub_task WHERE queue = ? AND state = ? AND rank = 0 AND at < ${now} - ?
         AND (unique_until IS NULL OR unique_until <= ${now})`,
    ),
    /** Queue, state, how many of the newest to keep. */
    keepNewest: write(
      `DELETE FROM hotclub_task WHERE id IN (
         SELECT id FROM hotclub_task WHERE queue = ? AND state = ? AND rank = 0 ORDER BY at DESC, id DESC
         ${noLimit} OFFSET ?) AND (unique_until IS NULL OR unique_until <= ${now})`,
    ),
    /** Queue. */
    counts: readRows("SELECT state, count(*) FROM hotclub_task WHERE queue = ? GROUP BY state"),
    /** Queue, state, how many, how many not. */
    listNext: readRows(
      `SELECT ${listedColumns} FROM hotclub_task WHERE queue = ? AND state = ? ORDER BY rank, at, id LIMIT ? OFFSET ?`,
    ),
    listNewest: readRows(
      `SELECT ${listedColumns} FROM hotclub_task WHERE queue = ? AND state = ? AND rank = 0
       ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`,
    ),
    lastFiring: readRows("SELECT at FROM hotclub_schedule_firing WHERE name = ?"),
    noteFiring: write(
      `INSERT INTO hotclub_schedule_firing (name, at) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE hotclub_schedule_firing.at < excluded.at`,
    ),
    notify: readRows("SELECT pg_notify('hotclub_tasks', ?)"),
    /** Holds a key to the end of the transaction. SQLite has one writer anyway. */
    lock: engine === "postgres" ? readRows("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))") : undefined,
    /** Queue, key. */
    countTurns: readRows("SELECT count(*) FROM hotclub_task_turn WHERE queue = ? AND key = ? AND is_running = 1"),
    /** Task, queue, key, max, is it running, rank, at. */
    setTurn: write(
      `INSERT INTO hotclub_task_turn (task, queue, key, max, is_running, rank, at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (task) DO UPDATE SET is_running = excluded.is_running`,
    ),
    endTurn: write("DELETE FROM hotclub_task_turn WHERE task = ?"),
    /** Queue, key, how many. */
    nextTurns: readRows(
      `SELECT task FROM hotclub_task_turn WHERE queue = ? AND key = ? AND is_running = 0 ORDER BY rank, at LIMIT ?`,
    ),
    /** Id. */
    release: writeRows(
      `UPDATE hotclub_task SET state = ${waiting}, rank = priority WHERE id = ? AND state = ${held} RETURNING id`,
    ),
    /** Id. Others of its unique key may come, where that was until it starts. */
    started: write("UPDATE hotclub_task SET unique_key = NULL WHERE id = ? AND unique_until = 0"),
    /** State, in how many ms or null for the time that it has, id. A start that did not count. */
    putBack: write(
      `UPDATE hotclub_task SET state = ?, rank = 0, at = CASE WHEN ? = 0 THEN at ELSE ${now} + ? END,
         attempts = attempts - 1, worker = NULL, lease_until = NULL WHERE id = ? AND state = ${running}`,
    ),
    /** Queue. Turns of tasks that do not run. */
    forgetTurns: write(
      `DELETE FROM hotclub_task_turn WHERE queue = ? AND is_running = 1 AND NOT EXISTS (
         SELECT 1 FROM hotclub_task WHERE id = hotclub_task_turn.task AND state = ${running})`,
    ),
    /** Queue. Keys that tasks are held for. */
    heldKeys: readRows("SELECT key, max(max) FROM hotclub_task_turn WHERE queue = ? AND is_running = 0 GROUP BY key"),
    window: readRows(`SELECT ends_at - ${now}, starts FROM hotclub_task_window WHERE key = ?`),
    /** Key, length in ms. */
    openWindow: write(
      `INSERT INTO hotclub_task_window (key, ends_at, starts) VALUES (?, ${now} + ?, 1)
       ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at, starts = 1`,
    ),
    countStart: write("UPDATE hotclub_task_window SET starts = starts + 1 WHERE key = ?"),
    forgetWindows: write(`DELETE FROM hotclub_task_window WHERE ends_at < ${now}`),
  };
}
