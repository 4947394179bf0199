import { getLogger, toError } from "../../core/index.js";
import { databases, inAtomic, onCommit } from "../../orm/index.js";
import type { TaskBackend, TaskJob } from "../backend.js";
import { Outbox } from "../outbox/outbox.js";

/** By the ids that were given, those of the tasks that had their unique keys already. */
type Standing = ReadonlyMap<string, string> | undefined;

/** Whether tasks have left for their queue, and under which ids they are known there. */
export class Departure {
  #isDone = false;
  #standing: Standing;

  /** Nobody can ask for the tasks before this is true. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Under which id the queue knows the task: another, where one with its unique key was there already. */
  idOf(id: string): string {
    return this.#standing?.get(id) ?? id;
  }

  complete(standing?: Standing): void {
    this.#isDone = true;
    this.#standing ??= standing;
  }
}

/** Of tasks that are in their queue under their own ids. */
export const departed: Departure = completed(undefined);

function completed(standing: Standing): Departure {
  const departure = new Departure();
  departure.complete(standing);
  return departure;
}

/** How tasks are to leave. */
export interface DepartureOptions {
  /** The alias of their backend. */
  readonly backend: string;
  /** Whether they go through the outbox. */
  readonly durable: boolean;
}

/**
 * Hands tasks to their queue: at once, or inside a transaction when that commits; never when it is rolled back. A queue
 * that lives in the transaction's own database takes them as a part of it.
 */
export async function depart(
  backend: TaskBackend,
  jobs: readonly TaskJob[],
  options: DepartureOptions,
): Promise<Departure> {
  const transaction = currentTransaction(backend.database);
  if (transaction !== undefined && transaction === backend.database) return departWithin(backend, jobs, transaction);
  if (options.durable && (transaction !== undefined || backend.database === undefined)) {
    return departByOutbox(backend, jobs, options.backend, transaction ?? "default");
  }
  if (transaction === undefined) {
    const standing = await backend.enqueue(jobs);
    return standing === undefined ? departed : completed(standing);
  }
  const departure = new Departure();
  await onCommit(async () => departure.complete(await backend.enqueue(jobs)), { using: transaction });
  return departure;
}

async function departWithin(backend: TaskBackend, jobs: readonly TaskJob[], using: string): Promise<Departure> {
  const departure = new Departure();
  const standing = await backend.enqueue(jobs);
  await onCommit(() => departure.complete(standing), { using });
  return departure;
}

async function departByOutbox(
  backend: TaskBackend,
  jobs: readonly TaskJob[],
  alias: string,
  using: string,
): Promise<Departure> {
  const outbox = new Outbox(using);
  const departure = new Departure();
  await outbox.add(alias, jobs);
  const relay = async (): Promise<void> => {
    const ids = jobs.map(({ id }) => id);
    try {
      const standing = await backend.enqueue(jobs);
      departure.complete(standing);
      await outbox.remove(ids);
    } catch (thrown) {
      // They are safe where they are.
      departure.complete();
      getLogger().warn(
        { err: toError(thrown), count: ids.length },
        "tasks stay in the outbox; a worker will relay them",
      );
    }
  };
  await onCommit(relay, { using });
  return departure;
}

/** The alias of the database in whose transaction the caller is, `preferred` where it is one of several. */
export function currentTransaction(preferred: string | undefined): string | undefined {
  if (preferred !== undefined && databases.has(preferred) && inAtomic(preferred)) return preferred;
  return databases.aliases().find((alias) => inAtomic(alias));
}
