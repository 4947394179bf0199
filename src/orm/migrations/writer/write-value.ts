import { inspect } from "node:util";

import { Decimal } from "decimal.js";

import { Expression } from "../../expressions/expression.js";
import type { FieldDescription } from "../../fields/description.js";
import { f } from "../../fields/f/f.js";
import { swappableLabel } from "../../swaps.js";
import { MigrationValueUnwritable } from "../errors.js";
import { Operation } from "../operations/operation.js";
import { shortOptions } from "../state/field-state.js";
import { group, type Layout, prefixed, suffixed } from "./layout.js";
import { dataOfFunction, sourceOfFunction } from "./source-of-function.js";

/** What a file needs besides its text. */
export interface FileParts {
  /** Names that are imported from `hotclub/orm`. */
  readonly names: Set<string>;
  /** How to write an operation that only its own file can make. */
  readonly borrow?: (operation: Operation) => Layout | undefined;
}

/** A value as TypeScript. `place` names it in errors. Throws `MigrationValueUnwritable`. */
export function layoutOf(value: unknown, parts: FileParts, place: string): Layout {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (typeof value === "function") return layoutOfFunction(value as () => unknown, parts, place);
  if (typeof value !== "object") return refuse(place, value);
  if (value instanceof Operation) return layoutOfOperation(value, parts);
  if (Array.isArray(value))
    return group(
      "[",
      value.map((item) => layoutOf(item, parts, place)),
    );
  if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof URL) return `new URL(${JSON.stringify(value.href)})`;
  if (value instanceof Uint8Array) return `Uint8Array.from([${value.join(", ")}])`;
  if (value instanceof Expression) return layoutOfExpression(value, parts, place);
  if (isDescription(value)) return layoutOfField(value, parts, place);
  if (isDefinition(value)) return layoutOfDefinition(value, parts, place);
  // Fields of exact numbers take them as text too.
  if (value instanceof Decimal) return JSON.stringify(value.toString());
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && prototype !== Object.prototype) return refuse(place, value);
  return layoutOfObject(value, parts, place);
}

function layoutOfFunction(value: () => unknown, parts: FileParts, place: string): Layout {
  const source = sourceOfFunction(value);
  if (source !== undefined) return source;
  const found = dataOfFunction(value) ?? refuse(place, value);
  const layout = layoutOf(found.data, parts, place);
  const isObject = typeof layout !== "string" && layout.open === "{";
  return isObject ? suffixed(prefixed("() => (", layout), ")") : prefixed("() => ", layout);
}

function refuse(place: string, value: unknown): never {
  throw new MigrationValueUnwritable({ place, value: inspect(value, { depth: 1, breakLength: Infinity }) });
}

/** An object literal; `isBroken` puts each property on a line of its own. */
export function layoutOfObject(value: object, parts: FileParts, place: string, isBroken = false): Layout {
  const items = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => prefixed(`${writeKey(key)}: `, layoutOf(item, parts, `${place}.${key}`)));
  return group("{", items, { isBroken });
}

function writeKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function isDescription(value: object): value is FieldDescription {
  return (
    "type" in value &&
    typeof value.type === "string" &&
    "options" in value &&
    typeof value.options === "object" &&
    Object.keys(value).every((key) => key === "type" || key === "options" || key === "to")
  );
}

/** `F("startsAt")`, or the expression by its data. */
function layoutOfExpression({ node }: Expression, parts: FileParts, place: string): Layout {
  if (node.kind === "field") {
    parts.names.add("F");
    return `F(${JSON.stringify(node.path)})`;
  }
  parts.names.add("Expression");
  return group("(", [layoutOf(node, parts, place)], { before: "new Expression" });
}

/** `"chat.Room"`, or `swappable("auth.User")` for what stands for that here. */
export function layoutOfLabel(label: string, parts: FileParts): Layout {
  const swapped = swappableLabel(label);
  if (swapped === undefined) return JSON.stringify(label);
  parts.names.add("swappable");
  return `swappable(${JSON.stringify(swapped)})`;
}

/** Functions of `f` that take more than options. */
const withOtherArguments: ReadonlySet<string> = new Set(["array", "generated"]);

function layoutOfField(field: FieldDescription, parts: FileParts, place: string): Layout {
  parts.names.add("field");
  const options = shortOptions(field);
  if (!(field.type in f) || withOtherArguments.has(field.type)) {
    const given = [field.type, options].map((one) => layoutOf(one, parts, place));
    const target = field.to === undefined ? [] : [layoutOfLabel(field.to, parts)];
    return group("(", [...given, ...target], { before: "field.custom" });
  }
  const args = [
    ...(field.to === undefined ? [] : [layoutOfLabel(field.to, parts)]),
    ...(Object.keys(options).length === 0 ? [] : [layoutOf(options, parts, place)]),
  ];
  return group("(", args, { before: `field.${field.type}` });
}

interface NamedDefinition {
  readonly kind: string;
  readonly fields: readonly string[];
  readonly name: string | undefined;
  readonly options?: object;
}

function isDefinition(value: object): value is NamedDefinition {
  return "kind" in value && typeof value.kind === "string" && "fields" in value && "named" in value;
}

/** `index("room", "-id").named("newest")` */
function layoutOfDefinition(definition: NamedDefinition, parts: FileParts, place: string): Layout {
  const { kind, name } = definition;
  parts.names.add(kind);
  const args = argumentsOf(definition).map((one) => layoutOf(one, parts, place));
  const call = group("(", args, { before: kind });
  return name === undefined ? call : suffixed(call, `.named(${JSON.stringify(name)})`);
}

/** As people write it: `check({ pages__gt: 0 })`, and not what that is kept as. */
function argumentsOf({ kind, fields, options }: NamedDefinition): readonly unknown[] {
  const all = [...fields, ...(options === undefined ? [] : [options])];
  if (kind !== "check" || options === undefined || !("condition" in options)) return all;
  const { condition, ...message } = options as { readonly condition: { readonly kind?: unknown; where?: object } };
  const { kind: kept, where, ...more } = condition;
  if (kept !== "where" || where === undefined || "condition" in where || Object.keys(more).length > 0) return all;
  return Object.keys(message).length === 0 ? [where] : [where, message];
}

/** A call of the function that makes an operation. */
export function layoutOfOperation(operation: Operation, parts: FileParts): Layout {
  const call = operation.toCall();
  if (call === undefined) {
    return parts.borrow?.(operation) ?? refuse(`The operation "${operation.describe()}"`, operation);
  }
  parts.names.add(call.name);
  const place = operation.describe();
  const args = call.args.map((argument, index) => {
    const isModel = call.name === "createModel" && index === 1 && typeof argument === "object" && argument !== null;
    return isModel ? layoutOfModel(argument, parts, place) : layoutOf(argument, parts, place);
  });
  return group("(", args, { before: call.name });
}

/** What `createModel` takes, with a line for each field. */
function layoutOfModel(model: object, parts: FileParts, place: string): Layout {
  const items = Object.entries(model).map(([key, value]) => {
    const item = key === "fields" ? layoutOfObject(value as object, parts, place, true) : layoutOf(value, parts, place);
    return prefixed(`${writeKey(key)}: `, item);
  });
  return group("{", items, { isBroken: true });
}
