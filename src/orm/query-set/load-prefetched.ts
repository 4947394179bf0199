import { loadReferences } from "../instances/load-reference.js";
import { keepOne, loadedOne } from "../instances/loaded-ones.js";
import { keepPrefetched, prefetchedRows } from "../instances/prefetched.js";
import { fieldsNamed } from "../instances/parted-references.js";
import { QueryInvalid } from "../errors.js";
import type { QuerySet } from "../query-set.js";
import { baseSetOf, defaultSetOf } from "./default-set.js";
import { queryStateKey } from "../query/query-state.js";
import { fieldMaskOf } from "../query/row-layout.js";
import { RowNumber, Window } from "../expressions/window.js";
import type { OrderExpression } from "../expressions/nodes.js";
import { Expression, OrderBy } from "../expressions/expression.js";
import { orderingOf } from "../query/ordering.js";
import { keyText } from "../schema/key-text.js";
import { nameOfWayBack } from "../schema/many-to-many.js";
import { stateOf, type Instance, type SharedReferences } from "../schema/instance-state.js";
import { ownerKey, Reference } from "../schema/reference.js";
import type { Relation, Schema } from "../schema/schema.js";
import type { PrefetchSpec } from "./prefetch.js";
import { queryOptionsKey } from "./query-options.js";
import { again, reshaped } from "./steps.js";

/** The most keys that one query asks for. */
const maxKeys = 5000;

/** Loads relations of `rows`: one query for each relation, or one for every few thousand rows. */
export async function loadPrefetched(
  rows: readonly object[],
  schema: Schema,
  specs: readonly PrefetchSpec[],
  using: string | undefined,
): Promise<void> {
  if (rows.length === 0) return;
  const done = new Map<string, readonly object[]>();
  for (const spec of specs) {
    const names = spec.path.split("__");
    let current = rows;
    let model = schema;
    for (const [index, name] of names.entries()) {
      const relation = model.relation(name);
      if (relation === undefined) throw model.unknown(name, spec.path);
      const isLast = index === names.length - 1;
      const path = names.slice(0, index + 1).join("__");
      const own = isLast && (spec.querySet !== undefined || spec.toAttr !== undefined) ? spec : undefined;
      const known = own === undefined ? done.get(path) : undefined;
      current = known ?? (await loadRelation(current, relation, own, using));
      if (own?.toAttr === undefined) done.set(path, current);
      model = relation.target;
    }
  }
}

async function loadRelation(
  rows: readonly object[],
  relation: Relation,
  spec: PrefetchSpec | undefined,
  using: string | undefined,
): Promise<readonly object[]> {
  return relation.kind === "set" ? loadSets(rows, relation, spec, using) : loadTargets(rows, relation, spec, using);
}

/** What foreign keys refer to. */
async function loadTargets(
  rows: readonly object[],
  relation: Relation,
  spec: PrefetchSpec | undefined,
  using: string | undefined,
): Promise<readonly object[]> {
  const references = rows.map((row) => (row as Instance)[relation.name]).filter((value) => value instanceof Reference);
  await loadReferences(references, querySetFor(relation, spec, using, isStrictRow(rows)));
  const loaded = new Set<object>();
  for (const row of rows) {
    const value = (row as Instance)[relation.name];
    const object = value instanceof Reference ? value.loaded : value;
    if (spec?.toAttr !== undefined) (row as Instance)[spec.toAttr] = object ?? null;
    if (typeof object === "object" && object !== null) loaded.add(object);
  }
  return [...loaded];
}

/** Rows with the same key, and those that refer to it. */
interface Family {
  readonly key: unknown;
  readonly owners: object[];
  readonly children: object[];
}

/** The rows that refer to each of `rows`: sets of them, or one, as the other side of a one to one. */
export async function loadSets(
  rows: readonly object[],
  relation: Relation,
  spec: PrefetchSpec | undefined,
  using: string | undefined,
  isOnce = false,
): Promise<readonly object[]> {
  const { source } = relation;
  const families: Family[] = [];
  const lists: (readonly object[])[] = [];
  const asking: object[] = [];
  for (const row of rows) {
    const known = spec === undefined && !isOnce ? knownRows(row, relation) : undefined;
    if (known === undefined) asking.push(row);
    else lists.push(known);
  }
  const keysOfRows = asking.map((row) => ownerKey(relation, row));
  // Text is what finds all keys again; numbers find themselves, in a third of the time.
  const areNumbers = keysOfRows.every((key) => typeof key === "number");
  const byKey = new Map<unknown, Family>();
  for (const [at, owner] of asking.entries()) {
    const key = keysOfRows[at];
    if (key === undefined || key === null) continue;
    const known = byKey.get(areNumbers ? key : keyText(key));
    if (known !== undefined) {
      known.owners.push(owner);
      continue;
    }
    const family: Family = { key, owners: [owner], children: [] };
    families.push(family);
    byKey.set(areNumbers ? key : keyText(key), family);
  }
  const shared = sharedBy(relation, families);
  for (let start = 0; start < families.length; start += maxKeys) {
    const keys = families.slice(start, start + maxKeys).map(({ key }) => key);
    const set = querySetFor(relation, spec, using, isStrictRow(rows));
    const found = await ofOwners(set, relation, keys, shared);
    lists.push(found);
    for (const child of found) {
      const value = takeOwner(child as Instance, relation);
      const isReference = value instanceof Reference;
      // Loaded with its rows by `selectRelated`, the owner is the object itself.
      const key = isReference ? value.id : value instanceof source.model ? ownerKey(relation, value) : value;
      const family = byKey.get(areNumbers ? key : keyText(key));
      if (family === undefined) continue;
      family.children.push(child);
      const [owner] = family.owners;
      if (isReference && owner !== undefined) value.fill(owner);
    }
  }
  const { isMany, name } = relation;
  for (const { owners, children } of families) {
    for (const owner of owners) {
      if (spec?.toAttr !== undefined) (owner as Instance)[spec.toAttr] = isMany ? children : (children[0] ?? null);
      else if (isMany) keepPrefetched(owner, name, children, isOnce);
      else keepOne(owner, relation, children[0] ?? null);
    }
  }
  // Nearly always there is one query for all, whose rows need no list beside their own.
  const [only] = lists;
  return lists.length === 1 && only !== undefined ? only : lists.flat();
}

/** What was loaded of `relation` before. */
function knownRows(row: object, relation: Relation): readonly object[] | undefined {
  if (relation.isMany) return prefetchedRows(row, relation.name);
  const one = loadedOne(row, relation);
  return one === undefined ? undefined : one === null ? [] : [one];
}

/** Whether what `rows` relate to may not be loaded by itself: rows that are loaded with strict ones are strict, too. */
function isStrictRow([row]: readonly object[]): boolean {
  return row !== undefined && stateOf(row)?.isStrict === true;
}

function querySetFor(
  relation: Relation,
  spec: PrefetchSpec | undefined,
  using: string | undefined,
  isStrict: boolean,
): QuerySet<object> {
  if (spec?.querySet === undefined) {
    const options = using === undefined ? {} : { using };
    const set = relation.isMany ? defaultSetOf(relation.target, options) : baseSetOf(relation.target, options);
    return isStrict ? set.refusingLoads() : set;
  }
  const set = spec.querySet as unknown as QuerySet<object>;
  const { shape } = set[queryStateKey];
  if (shape.schema !== relation.target || shape.hasValues || shape.isCombined) {
    throw new QueryInvalid({
      model: relation.source.name,
      problem: `cannot prefetch ${relation.name} with that query; it must be one of whole rows of ${relation.target.name}`,
    });
  }
  const there = using === undefined ? set : set.using(using);
  return isStrict ? there.refusingLoads() : there;
}

/** One reference to each owner for all rows that refer to it: most of a thousand of them would say the same. */
function sharedBy({ target, field, links }: Relation, families: readonly Family[]): SharedReferences | undefined {
  const relation = links === undefined ? target.relation(field.name) : undefined;
  if (relation === undefined) return undefined;
  const byKey = new Map<unknown, Reference>();
  for (const { key, owners } of families) byKey.set(key, new Reference(relation, key, undefined, owners[0]));
  return { relation, byKey };
}

/** The rows of `set` that refer to `keys`; of a slice, so many for each of them. */
function ofOwners(
  set: QuerySet<object>,
  relation: Relation,
  keys: readonly unknown[],
  shared: SharedReferences | undefined,
): QuerySet<object> {
  const { shape, values, window } = set[queryStateKey];
  const isLinked = relation.links !== undefined;
  const back = isLinked ? nameOfWayBack(relation) : relation.field.name;
  const owned = again(set, set[queryStateKey], { ...set[queryOptionsKey], shared });
  const narrowed = owned.unsliced().filterBy({ [`${back}__in`]: keys });
  // Whose row it is stands in no field of the row itself where there are links in between.
  const owner = { [ownerName]: new Expression({ kind: "field", path: `${back}__pk` }) };
  const whole = isLinked
    ? (narrowed.annotate(owner as never) as unknown as QuerySet<object>)
    : holdingOwner(narrowed, relation);
  if (window === undefined) return whole;
  const place = Window(RowNumber(), { partitionBy: `${back}__pk`, orderBy: orderOf(shape, values) });
  const numbered = whole.alias({ hotclubPlace: place } as never) as unknown as QuerySet<object>;
  const bounds = { hotclubPlace__gt: window.offset };
  const limits = window.limit === undefined ? {} : { hotclubPlace__lte: window.offset + window.limit };
  return numbered.filterBy({ ...bounds, ...limits });
}

/** `set` with the fields that hold the key of the owner, whatever `only` and `defer` say: else nobody knows whose they are. */
function holdingOwner(set: QuerySet<object>, { target, field }: Relation): QuerySet<object> {
  const mask = fieldMaskOf(set[queryStateKey].shape.operations);
  const names = fieldsNamed(target, field.name).map(({ name }) => name);
  if (names.every((name) => mask.loads(name))) return set;
  return reshaped(set, "given other fields", (shape) => shape.fields("always", names));
}

const ownerName = "hotclubOwner";

/** Whose row `child` is: a key, a reference or the object. */
function takeOwner(child: Instance, { links, field }: Relation): unknown {
  if (links === undefined) return child[field.name];
  const owner = child[ownerName];
  // It is no part of the row.
  delete child[ownerName];
  return owner;
}

/** The order of a query as expressions. */
function orderOf(shape: QuerySet<object>[typeof queryStateKey]["shape"], _values: readonly unknown[]): OrderBy[] {
  const { keys, isReversed } = orderingOf(shape.schema, shape.operations);
  const orders = keys.map((key): OrderExpression => {
    if (typeof key !== "string") {
      throw new QueryInvalid({
        model: shape.schema.name,
        problem: "cannot be prefetched as a slice that is ordered by expressions; order it by fields",
      });
    }
    return { by: { kind: "field", path: key.replace(/^-/, "") }, isDescending: key.startsWith("-") !== isReversed };
  });
  return orders.length === 0
    ? [new Expression({ kind: "field", path: "pk" }).asc()]
    : orders.map((one) => new OrderBy(one));
}

/** Loads the set called like `relation` of `owner`, and with the same query those of its siblings. */
export async function loadSetOfSiblings(owner: object, relation: Relation, using: string | undefined): Promise<void> {
  const siblings = stateOf(owner)?.rows ?? [];
  const rows = siblings.includes(owner) ? siblings.slice(0, maxKeys) : [owner];
  await loadSets(rows, relation, undefined, using, true);
}
