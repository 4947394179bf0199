import { randomUUID } from "node:crypto";

import type { Database } from "../../orm/index.js";
import { TaskAnnouncer } from "../watching/task-announcer.js";
import type { TaskStore } from "./task-store.js";

/** What those who work on the tasks of one database tell each other. */
export interface BulletinReader {
  /** There are tasks to take, or there will be at a time. */
  due?(queue: string, at: number | undefined): void;
  /** A task is over, or, with a mark, has reported progress. */
  changed?(queue: string, id: string): void;
  /** A run is to end. */
  cancelled?(id: string): void;
  /** Something may have been missed. */
  restored?(): void;
}

const readers = new WeakMap<Database, Set<BulletinReader>>();

/** The PostgreSQL channel of all processes. */
const channel = "hotclub_tasks";

/**
 * Tells what happens to tasks: at once in this process, and through NOTIFY to others where the database is PostgreSQL.
 * What is told is a hint; whoever misses it looks by herself from time to time.
 */
export class TaskBulletin {
  readonly #store: TaskStore;
  readonly #readers: Set<BulletinReader>;
  readonly #self = randomUUID().slice(0, 8);
  readonly #announcer: TaskAnnouncer | undefined;
  #listening: Promise<(() => Promise<void>) | undefined> | undefined;

  constructor(store: TaskStore) {
    this.#store = store;
    this.#readers = readers.get(store.database) ?? new Set();
    readers.set(store.database, this.#readers);
    if (store.isPostgres) {
      this.#announcer = new TaskAnnouncer((text) => store.ask(store.sql.notify, `${this.#self}\n${text}`));
    }
  }

  /** Resolves when others are heard. */
  async read(reader: BulletinReader): Promise<void> {
    this.#readers.add(reader);
    const { backend } = this.#store.database;
    this.#listening ??= (async () => backend.listen?.(channel, this.#onNotification, this.#onRestored))();
    await this.#listening;
  }

  forget(reader: BulletinReader): void {
    this.#readers.delete(reader);
  }

  due(queue: string, at?: number): void {
    for (const reader of this.#readers) reader.due?.(queue, at);
    this.#announcer?.announceOnce(`d ${queue} ${at ?? ""}`);
  }

  changed(queue: string, id: string): void {
    for (const reader of this.#readers) reader.changed?.(queue, id);
    this.#announcer?.announce(`c ${queue} ${id}`);
  }

  cancelled(id: string): void {
    for (const reader of this.#readers) reader.cancelled?.(id);
    this.#announcer?.announce(`x ${id}`);
  }

  async close(): Promise<void> {
    const stop = await this.#listening?.catch(() => undefined);
    await stop?.();
  }

  readonly #onRestored = (): void => {
    for (const reader of this.#readers) reader.restored?.();
  };

  readonly #onNotification = (text: string): void => {
    const [self, ...lines] = text.split("\n");
    if (self === this.#self) return;
    for (const line of lines) {
      const [kind, first = "", second = ""] = line.split(" ");
      for (const reader of this.#readers) {
        if (kind === "d") reader.due?.(first, second === "" ? undefined : Number(second));
        else if (kind === "c") reader.changed?.(first, second);
        else if (kind === "x") reader.cancelled?.(first);
      }
    }
  };
}
