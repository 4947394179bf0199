import { currentLogContext } from "./context.js";
import type { MessageValue } from "./message.js";
import type { Carried, Scope } from "./scope.js";

/** Says what a scope's work carries; `undefined` for nothing. */
export type CarriedOf = (scope: Scope) => MessageValue | undefined | Promise<MessageValue | undefined>;

const givers = new Map<string, CarriedOf>();

/**
 * From now on, tasks that are enqueued for a scope carry what `of` says of it, and have it in their own scope:
 * `scope.carried[name]`. Of two with one name, the later counts. Queues keep it, so give an id and no secret. Returns what
 * ends that.
 */
export function carry(name: string, of: CarriedOf): () => void {
  givers.set(name, of);
  return () => {
    if (givers.get(name) === of) givers.delete(name);
  };
}

/**
 * What the work of `scope` carries; that of a task carries what the task does. `undefined` for nothing, without a promise
 * where none is needed. Rejects where it cannot be found out.
 */
export function carriedBy(scope: Scope | undefined): Carried | undefined | Promise<Carried | undefined> {
  if (scope === undefined) return undefined;
  if (scope.type === "task") return scope.carried;
  const found: Record<string, MessageValue> = {};
  const pending: Promise<void>[] = [];
  for (const [name, of] of givers) {
    const value = of(scope);
    if (value instanceof Promise) pending.push(value.then((later) => keep(found, name, later)));
    else keep(found, name, value);
  }
  return pending.length === 0 ? unlessEmpty(found) : Promise.all(pending).then(() => unlessEmpty(found));
}

/** The scope whose handler runs, or whose run a task is; `undefined` outside of one, and where it tracks no requests. */
export function currentScope(): Scope | undefined {
  const context = currentLogContext();
  return context !== undefined && "type" in context ? (context as Scope) : undefined;
}

function keep(found: Record<string, MessageValue>, name: string, value: MessageValue | undefined): void {
  if (value !== undefined) found[name] = value;
}

function unlessEmpty(found: Carried): Carried | undefined {
  return Object.keys(found).length === 0 ? undefined : found;
}
