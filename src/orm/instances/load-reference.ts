import { doesNotExistOf } from "../model-errors.js";
import { NotLoaded } from "../errors.js";
import type { QuerySet } from "../query-set.js";
import { baseSetOf } from "../query-set/default-set.js";
import { keyText } from "../schema/key-text.js";
import type { Instance } from "../schema/instance-state.js";
import { Reference, valueOfKey } from "../schema/reference.js";
import { hintAtLoop } from "./loop-hint.js";

/** The most rows that one query loads for references. */
const maxLoaded = 1000;

/**
 * Loads what `reference` refers to, and with the same query what the same foreign key refers to in the other rows of
 * its result: a loop that awaits a reference of each row makes one query, not one for each.
 */
export async function loadReference(reference: Reference): Promise<object> {
  if (reference.siblings?.isStrict === true) {
    const { source, name } = reference.relation;
    throw new NotLoaded({ model: source.name, relation: name });
  }
  const pending = pendingLike(reference);
  const loading = load(reference, pending);
  for (const one of pending) {
    if (one === reference) continue;
    // Each has its own promise: one that finds nothing must not fail the others, nor the process if nobody awaits it.
    const own = loading.then((found) => pick(one, found));
    own.catch(() => {});
    one.await(own);
  }
  try {
    return pick(reference, await loading);
  } finally {
    for (const one of pending) one.await(undefined);
  }
}

/** This reference, and the same of its siblings that are not loaded. */
function pendingLike(reference: Reference): Reference[] {
  const { siblings, relation } = reference;
  const all: Reference[] = [];
  for (const row of siblings?.rows ?? []) {
    const value = (row as Instance)[relation.name];
    if (value instanceof Reference && value.siblings === siblings && value.isPending) all.push(value);
  }
  return [reference, ...all.filter((one) => one !== reference)];
}

async function load(reference: Reference, pending: Reference[]): Promise<ReadonlyMap<string, object>> {
  const { target } = reference.relation;
  const keys = new Set<string>();
  for (const [index, one] of pending.entries()) {
    keys.add(keyText(one.id));
    if (keys.size < maxLoaded) continue;
    pending.length = index + 1;
    break;
  }
  if (pending.length === 1) hintAtLoop(reference);
  return loadReferences(pending, baseSetOf(target, { using: reference.siblings?.database }));
}

/** Fills `references`, all of one relation, with rows of `set`. Gives what was found by key. */
export async function loadReferences(
  references: readonly Reference[],
  set: QuerySet<object>,
): Promise<ReadonlyMap<string, object>> {
  const found = new Map<string, object>();
  const keys = new Map<string, unknown>();
  for (const one of references) if (one.loaded === undefined) keys.set(keyText(one.id), one.id);
  const wanted = [...keys.values()];
  const [first] = references;
  if (first === undefined) return found;
  const { target, targetKey } = first.relation;
  const path = targetKey === target.primaryKey ? "pk__in" : `${targetKey.name}__in`;
  for (let start = 0; start < wanted.length; start += maxLoaded) {
    for (const object of await set.filterBy({ [path]: wanted.slice(start, start + maxLoaded) })) {
      found.set(keyText(valueOfKey(target, targetKey, object)), object);
    }
  }
  for (const one of references) {
    const object = found.get(keyText(one.id));
    if (object !== undefined && one.loaded === undefined) one.fill(object);
  }
  return found;
}

function pick(reference: Reference, found: ReadonlyMap<string, object>): object {
  const object = found.get(keyText(reference.id));
  if (object !== undefined) return object;
  const { target, targetKey } = reference.relation;
  const path = targetKey === target.primaryKey ? "pk" : targetKey.name;
  throw new (doesNotExistOf(target.model))({ model: target.name, where: `{ ${path}: ${keyText(reference.id)} }` });
}
