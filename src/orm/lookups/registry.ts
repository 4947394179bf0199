import type { KindName } from "../typing/kinds.js";
import { arrayLength, arrayLookups, arrayPart } from "./array.js";
import { exact, gt, gte, lt, lte } from "./comparison.js";
import { dateTimeTransforms, dateTransforms, timeTransforms } from "./date-transforms.js";
import { jsonKey, jsonKeyLookups, jsonLookups } from "./json.js";
import type { Lookup, Operand, Transform } from "./lookup.js";
import { isIn, isnull, isOneOf, range } from "./membership.js";
import {
  contains,
  endswith,
  icontains,
  iendswith,
  iexact,
  istartswith,
  startswith,
  regex,
  iregex,
} from "./text-match.js";

const common = [exact, isIn, isnull];
const ordered = [...common, gt, gte, lt, lte, range];
const text = [...ordered, iexact, contains, icontains, startswith, istartswith, endswith, iendswith, regex, iregex];

const lookups = new Map<Operand["kind"], Map<string, Lookup>>([
  ["text", byName(text)],
  ["number", byName(ordered)],
  ["boolean", byName(common)],
  ["dateTime", byName(ordered)],
  ["date", byName(ordered)],
  ["time", byName(ordered)],
  ["duration", byName(ordered)],
  ["bigint", byName(ordered)],
  ["decimal", byName(ordered)],
  ["uuid", byName(ordered)],
  ["ipAddress", byName(common)],
  ["binary", byName([exact, isnull])],
  ["json", byName([exact, isOneOf, isnull, ...jsonLookups])],
  ["jsonKey", byName(jsonKeyLookups)],
  ["array", byName([exact, isOneOf, isnull, ...arrayLookups])],
  ["compositeKey", byName(ordered)],
  ["relation", byName(common)],
]);

const transforms = new Map<Operand["kind"], Map<string, Transform>>([
  ["dateTime", byName(dateTimeTransforms)],
  ["date", byName(dateTransforms)],
  ["time", byName(timeTransforms)],
  ["array", byName([arrayLength])],
]);

function byName<Named extends { readonly name: string }>(list: readonly Named[]): Map<string, Named> {
  return new Map(list.map((item) => [item.name, item]));
}

/** The lookups of one kind of column, by name. */
export function lookupsOf(kind: Operand["kind"]): ReadonlyMap<string, Lookup> {
  return lookups.get(kind) ?? new Map();
}

/** The transforms of one kind of column, by name. */
export function transformsOf(kind: Operand["kind"]): ReadonlyMap<string, Transform> {
  return transforms.get(kind) ?? new Map();
}

/**
 * The transform called `name` of one kind of column, in the time zone of the query; of JSON, any name is the key of
 * one, and of lists a number or two a place.
 */
export function transformOf(kind: Operand["kind"], name: string, zone: string | undefined): Transform | undefined {
  const known = transforms.get(kind)?.get(name);
  if (known !== undefined) return zone === undefined ? known : (known.inZone?.(zone) ?? known);
  if (kind === "array") return arrayPart(name);
  return (kind === "json" || kind === "jsonKey") && name !== "" ? jsonKey(name) : undefined;
}

/**
 * Adds a lookup to a kind of column, before the first query that uses it. Its type goes into the lookups of that kind:
 * `declare module "hotclub/orm" { interface TextLookups { readonly differs: string } }`.
 */
export function registerLookup(kind: KindName, lookup: Lookup): void {
  add(lookups, kind, lookup);
}

/**
 * Adds a transform to a kind of column, before the first query that uses it. Its type, the kind that it gives, goes into
 * the transforms of that kind: `declare module "hotclub/orm" { interface TextTransforms { readonly letters: "number" } }`.
 */
export function registerTransform(kind: KindName, transform: Transform): void {
  add(transforms, kind, transform);
}

function add<Named extends { readonly name: string }>(
  registry: Map<Operand["kind"], Map<string, Named>>,
  kind: KindName,
  item: Named,
): void {
  const known = registry.get(kind);
  if (known === undefined) registry.set(kind, new Map([[item.name, item]]));
  else known.set(item.name, item);
}
