import type { Carried } from "../../core/index.js";
import type { RowLimits } from "./turns.js";

/** A task that this worker has taken. */
export interface TakenTask {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly args: string | null;
  readonly attempt: number;
  readonly failures: number;
  readonly retries: number;
  readonly requestId: string | null;
  readonly expiresAt: number | null;
  readonly limits: RowLimits | undefined;
  readonly carried: Carried | undefined;
  readonly isCancelling: boolean;
  readonly rank: number;
  readonly at: number;
}

/** What few tasks have. */
interface RowExtras extends RowLimits {
  readonly carried?: Carried | undefined;
  /** Its unique key, for when it runs again after its end: the row has given that up by then. */
  readonly uniqueKey?: string | undefined;
}

const noExtras: RowExtras = {};

function extrasIn(kept: unknown): RowExtras {
  return kept === null || kept === undefined ? noExtras : (JSON.parse(kept as string) as RowExtras);
}

/** What a row's column `limits` says of what came along from who enqueued the task. */
export function carriedIn(kept: unknown): Carried | undefined {
  return extrasIn(kept).carried;
}

/** The same of its unique key, where that is until its start or its end. */
export function uniqueKeyIn(kept: unknown): string | undefined {
  return extrasIn(kept).uniqueKey;
}

/** A task, of the row that a claim gives. */
export function takenTask(queue: string, row: readonly unknown[]): TakenTask {
  const [id, name, args, attempt, failures, retries, requestId, expiresAt, extras, isCancelling, rank, at] = row;
  const { carried, uniqueKey: _, ...limits } = extrasIn(extras);
  return {
    id: String(id),
    queue,
    name: String(name),
    args: args as string | null,
    attempt: Number(attempt),
    failures: Number(failures),
    retries: Number(retries),
    requestId: requestId as string | null,
    expiresAt: expiresAt as number | null,
    limits: limits.concurrency === undefined && limits.rateLimit === undefined ? undefined : limits,
    carried,
    isCancelling: Number(isCancelling) === 1,
    rank: Number(rank),
    at: Number(at),
  };
}
