import { type Database, databases, type QueryResult, type Statement } from "../../orm/index.js";
import type { TaskJob } from "../backend.js";

/** A task that is to be relayed. */
export interface OutgoingTask {
  readonly backend: string;
  readonly job: TaskJob;
}

/** How long who wrote a task has for relaying it herself, in milliseconds. */
export const ownRelayMs = 5000;

/** How long one process has for relaying what it took. */
const relayMs = 30_000;

/** How many are taken at once. */
const batchSize = 100;

/** The tasks of one database that are on their way to queues elsewhere. */
export class Outbox {
  readonly #database: Database;

  constructor(alias: string) {
    this.#database = databases.get(alias);
  }

  /** Writes tasks in the transaction that the caller is in, or at once. */
  async add(backend: string, jobs: readonly TaskJob[]): Promise<void> {
    const relayAt = Date.now() + ownRelayMs;
    for (const job of jobs) {
      const values = [job.id, backend, JSON.stringify(job), relayAt];
      await this.#database.execute(this.#write(sql.add), values);
    }
  }

  /** Forgets tasks that are in their queues. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#database.backend.execute(this.#write(sql.remove), [id]);
  }

  /** Tasks that nobody relays now, for the caller to relay. */
  async take(): Promise<readonly OutgoingTask[]> {
    const now = Date.now();
    const text =
      this.#database.engine === "sqlite" ? sql.take : sql.take.replace("/* lock */", "FOR UPDATE SKIP LOCKED");
    const { rows } = await this.#ask(this.#write(text, true), [now + relayMs, now, batchSize]);
    return rows.map(([backend, job]) => ({ backend: String(backend), job: JSON.parse(String(job)) as TaskJob }));
  }

  /** Has tasks tried again at a time. */
  async postpone(ids: readonly string[], at: number): Promise<void> {
    for (const id of ids) await this.#ask(this.#write(sql.postpone), [at, id]);
  }

  /** How many are on their way. */
  async count(): Promise<number> {
    const { rows } = await this.#ask(this.#write(sql.count, true), []);
    return Number(rows[0]?.[0]);
  }

  async #ask(statement: Statement, parameters: readonly unknown[]): Promise<QueryResult> {
    return this.#database.backend.execute(statement, parameters);
  }

  #write(text: string, hasRows = false): Statement {
    let index = 0;
    const sqlText = this.#database.engine === "postgres" ? text.replaceAll("?", () => `$${++index}`) : text;
    return { sql: sqlText, parameters: [], access: "write", hasRows };
  }
}

const sql = {
  add: "INSERT INTO hotclub_task_outbox (id, backend, job, relay_at) VALUES (?, ?, ?, ?)",
  remove: "DELETE FROM hotclub_task_outbox WHERE id = ?",
  take: `UPDATE hotclub_task_outbox SET relay_at = ? WHERE id IN (
    SELECT id FROM hotclub_task_outbox WHERE relay_at <= ? ORDER BY relay_at LIMIT ? /* lock */) RETURNING backend, job`,
  postpone: "UPDATE hotclub_task_outbox SET relay_at = ? WHERE id = ?",
  count: "SELECT count(*) FROM hotclub_task_outbox",
};
