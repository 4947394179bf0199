import { type Expression, type ModelClass, type ModelField, modelOptions } from "../../orm/index.js";
import { AdminInvalid } from "../errors.js";
import { fieldAt } from "../model/model-facts.js";
import { valueOf } from "../model/rows.js";
import { tellingField, textOf } from "../model/text-of.js";
import { capitalized, inWords } from "../model/words.js";
import type { Column } from "../registered/column.js";
import type { ModelAdmin } from "../registered/model-admin.js";

/** A column of a list, or a line of what is shown and not edited. */
export interface ShownColumn {
  readonly name: string;
  readonly label: string;
  /** What the list is ordered by at a click, or `undefined`. */
  readonly orderBy: string | Expression | undefined;
  readonly empty: string | undefined;
  readonly field: ModelField | undefined;
  /** The foreign keys that have to be loaded with the rows. */
  readonly selectRelated: string | undefined;
  value(row: object): unknown;
}

/** How many columns a list has at most where nobody says which. */
const maxColumns = 5;

/** The columns of the list of `admin`. Throws `AdminInvalid` for a name that is nothing. */
export function listColumns(admin: ModelAdmin): readonly ShownColumn[] {
  const given = admin.options.listDisplay ?? tellingColumns(admin.model);
  return given.map((one) => shownColumn(admin, one, "listDisplay"));
}

/** What `one` shows of a row: a field, a path, a property or method, a `column`, or `+text`. */
export function shownColumn(admin: ModelAdmin, one: string | Column, option: string): ShownColumn {
  if (typeof one !== "string") return computed(one);
  if (one === "+text") return textColumn(admin);
  const field = fieldAt(admin.model, one);
  if (field !== undefined) return fieldColumn(one, field);
  return propertyColumn(admin, one, option);
}

function computed({ name, label = capitalized(inWords(name)), orderBy, empty, value }: Column): ShownColumn {
  return { name, label, orderBy, empty, field: undefined, selectRelated: undefined, value };
}

function textColumn({ model, facts }: ModelAdmin): ShownColumn {
  return {
    name: "+text",
    label: capitalized(facts.verboseName),
    orderBy: tellingField(model),
    empty: undefined,
    field: undefined,
    selectRelated: undefined,
    value: textOf,
  };
}

function fieldColumn(path: string, field: ModelField): ShownColumn {
  const steps = path.split("__");
  const isReference = field.relation !== undefined && field.relation.kind !== "manyToMany";
  const toLoad = isReference ? steps : steps.slice(0, -1);
  return {
    name: path,
    label: capitalized(steps.length === 1 ? field.verboseName : `${inWords(steps.at(-2) ?? "")} ${field.verboseName}`),
    orderBy: field.type === "manyToMany" || field.type === "json" ? undefined : path,
    empty: undefined,
    field,
    selectRelated: toLoad.length === 0 ? undefined : toLoad.join("__"),
    value: (row) => follow(row, steps),
  };
}

/** What stands at the end of a path; a relation that leads to nothing gives nothing. */
async function follow(row: object, steps: readonly string[]): Promise<unknown> {
  let here: unknown = row;
  for (const step of steps) {
    if (typeof here !== "object" || here === null) return undefined;
    here = await valueOf(here, step);
  }
  return here;
}

function propertyColumn({ model, facts }: ModelAdmin, name: string, option: string): ShownColumn {
  if (!(name in (model.prototype as object))) {
    const known = modelOptions(model).fields.map((field) => field.name);
    throw new AdminInvalid({
      model: facts.label,
      problem: `has ${JSON.stringify(name)} in ${option}, which is no field, getter or method of the model; its fields are ${known.join(", ")}`,
    });
  }
  return {
    name,
    label: capitalized(inWords(name)),
    orderBy: undefined,
    empty: undefined,
    field: undefined,
    selectRelated: undefined,
    value(row) {
      const value = valueOf(row, name);
      return typeof value === "function" ? (value as () => unknown).call(row) : value;
    },
  };
}

/** What the row is called, and a few fields that tell the most at a glance. */
function tellingColumns(model: ModelClass): readonly string[] {
  const named = tellingField(model);
  const telling = modelOptions(model).fields.filter(
    ({ name, type, primaryKey, choices }) =>
      name !== named &&
      !primaryKey &&
      (choices !== undefined ||
        /^(foreignKey|oneToOne|bool|date|dateTime|decimal|int|positiveInt|char|email)$/.test(type)),
  );
  return ["+text", ...telling.slice(0, maxColumns - 1).map(({ name }) => name)];
}
