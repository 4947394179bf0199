import type { TaskScope } from "../../core/index.js";

/** What the process shows a run in a thread of something that cannot go there. */
export interface Lent {
  /** Copied for the thread: nothing but what a thread can be sent. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Its methods that the thread may call: the process answers. */
  readonly methods: readonly string[];
  /** Its other methods: in the thread they throw `ThreadLacks`. */
  readonly refused: readonly string[];
  /** Answers for one of `methods`. */
  call(method: string, args: readonly unknown[]): Promise<unknown>;
}

/** Finds what is lent to the run of a scope, when that asks for it. */
export type Lender = (scope: TaskScope) => Promise<Lent>;

const lenders = new Map<string, Lender>();

/**
 * From now on, runs in threads have `run[name]`: a promise of what `lender` lends them. Of two with one name, the later
 * counts. Returns what ends that.
 */
export function lendToThreads(name: string, lender: Lender): () => void {
  lenders.set(name, lender);
  return () => {
    if (lenders.get(name) === lender) lenders.delete(name);
  };
}

/** The names of all that is lent. */
export function lentNames(): readonly string[] {
  return [...lenders.keys()];
}

/** What is lent under a name. Rejects where nothing is any more, and with the lender's error. */
export async function lendTo(scope: TaskScope, name: string): Promise<Lent> {
  const lender = lenders.get(name);
  if (lender === undefined) throw new Error(`nothing is lent as ${JSON.stringify(name)}`);
  return lender(scope);
}
