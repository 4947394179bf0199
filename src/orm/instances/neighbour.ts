import { NotSaved, QueryInvalid } from "../errors.js";
import { Q } from "../expressions/condition.js";
import { doesNotExistOf } from "../model-errors.js";
import { defaultSetOf } from "../query-set/default-set.js";
import { stateOf, type Instance } from "../schema/instance-state.js";
import type { Schema } from "../schema/schema.js";

/** The row that comes next after `instance`, or before it, by the values of a field and then by key. */
export async function neighbour(
  schema: Schema,
  instance: object,
  { name, isNext, where = {} }: { readonly name: string; readonly isNext: boolean; readonly where?: object },
): Promise<object> {
  const field = schema.field(name);
  const state = stateOf(instance);
  if (state === undefined) throw new NotSaved({ model: schema.name, action: `asked for what is beside it by ${name}` });
  const set = defaultSetOf<object>(schema, { using: state.database });
  // A place may have been given by a statement that this instance was not told of.
  const isPlace = field === schema.places?.field;
  const value: unknown = isPlace
    ? await set
        .filterBy({ pk: schema.keyOf(instance) })
        .valuesList(name as never, { flat: true })
        .first()
    : (instance as Instance)[field.name];
  if (value === null || value === undefined) {
    throw new QueryInvalid({ model: schema.name, problem: `has no place by ${name}, which is null here` });
  }
  const beyond = isNext ? "gt" : "lt";
  const after = Q({ [`${name}__${beyond}`]: value }).or(
    Q({ [name]: value, [`pk__${beyond}`]: schema.keyOf(instance) }),
  );
  const sign = isNext ? "" : "-";
  const rows = set
    .filterBy(where as Readonly<Record<string, unknown>>)
    .filter(after as never)
    .orderBy(...([`${sign}${name}`, `${sign}pk`] as never[]));
  const found = await rows.first();
  if (found !== null) return found;
  const said = `{ ${name}: ${isNext ? "after" : "before"} that of ${String(schema.keyOf(instance))} }`;
  throw new (doesNotExistOf(schema.model))({ model: schema.name, where: said });
}

/** The next row, or that before, among those of the same owner. */
export function neighbourInOrder(schema: Schema, instance: object, isNext: boolean): Promise<object> {
  const { places } = schema;
  if (places === undefined) {
    throw new QueryInvalid({ model: schema.name, problem: "has no order: its meta names no orderWithRespectTo" });
  }
  const { field, owner } = places;
  const where = { [owner.name]: (instance as Instance)[owner.name] };
  return neighbour(schema, instance, { name: field.name, isNext, where });
}
