import { Condition, conditionNodeOf } from "./expressions/condition.js";
import { Expression } from "./expressions/expression.js";
import type { ConditionNode, ExpressionNode } from "./expressions/nodes.js";

/** A condition on rows: lookups as for `filter`, or `Q`. */
export type DefinitionCondition = Condition<object> | Readonly<Record<string, unknown>>;

/** Options of `index`. */
export interface IndexOptions {
  /** Only rows that meet it are in the index. */
  readonly where?: DefinitionCondition;
  /** The same, as data: how migrations keep it. */
  readonly condition?: ConditionNode;
  /** What the database computes to be in the index, after the fields: `[Lower("title")]`. */
  readonly expressions?: readonly (Expression | ExpressionNode)[];
  /** Fields that are kept in the index without being looked for, so that a query needs not look at the table (PostgreSQL). */
  readonly include?: readonly string[];
  /** The kind of index: `gin`, `gist`, `brin`, `hash` (PostgreSQL). Default `btree`. */
  readonly using?: string;
  /** Operator classes by field (PostgreSQL): `{ title: "text_pattern_ops" }`. */
  readonly opclasses?: Readonly<Record<string, string>>;
}

/** What is told to people when a constraint is broken. */
export interface ConstraintMessage {
  /** The code of the problem that `fullClean` finds. Default `unique` for rules of uniqueness, else `constraint`. */
  readonly violationCode?: string;
  /** Completes "Room …": `has to end after it begins`. */
  readonly violationMessage?: string;
}

/** When a constraint is checked: at each statement, or not before the transaction ends (`deferred`). */
export type Deferrable = "deferred" | "immediate";

/** Options of `unique`. */
export interface UniqueOptions extends Omit<IndexOptions, "using">, ConstraintMessage {
  /** Whether two NULLs are different. Default true. False needs PostgreSQL 15, or SQLite. */
  readonly nullsDistinct?: boolean;
  /** Lets the database check later than at each statement (PostgreSQL); not with a condition or expressions. */
  readonly deferrable?: Deferrable;
}

/** Options of `check`. */
export interface CheckOptions extends ConstraintMessage {
  /** The condition that every row meets. */
  readonly condition: ConditionNode;
}

/** Options of `exclude`. */
export interface ExcludeOptions extends ConstraintMessage {
  /** Pairs of a field or expression and an operator; two rows may not meet all of them: `[["room", "="], ["time", "&&"]]`. */
  readonly elements: readonly (readonly [of: string | Expression | ExpressionNode, operator: string])[];
  /** The kind of index. Default `gist`. */
  readonly using?: string;
  readonly where?: DefinitionCondition;
  readonly condition?: ConditionNode;
  readonly deferrable?: Deferrable;
}

/** What indexes and constraints have in common. They are plain data apart from `named`. */
interface Definition<Kind extends string, Options> {
  readonly kind: Kind;
  /** Field names; in an index, `-` before a name means descending. */
  readonly fields: readonly string[];
  /** The name in the database. Made from the table and what it is about unless given. */
  readonly name: string | undefined;
  /** Absent where there are none. */
  readonly options?: Options;
  /** The same under a name of your own. */
  readonly named: (name: string) => Definition<Kind, Options>;
}

/** An index over columns of a table. Made by `index`. */
export interface IndexDefinition extends Definition<"index", IndexOptions> {
  readonly named: (name: string) => IndexDefinition;
}

/** A rule that no two rows have the same values in these fields. Made by `unique`. */
export interface UniqueDefinition extends Definition<"unique", UniqueOptions> {
  readonly named: (name: string) => UniqueDefinition;
}

/** A rule that each row meets. Made by `check`. */
export interface CheckDefinition extends Definition<"check", CheckOptions> {
  readonly options: CheckOptions;
  readonly named: (name: string) => CheckDefinition;
}

/** A rule about any two rows. Made by `exclude`. */
export interface ExcludeDefinition extends Definition<"exclude", ExcludeOptions> {
  readonly options: ExcludeOptions;
  readonly named: (name: string) => ExcludeDefinition;
}

/** A rule that the database keeps for a table. */
export type ConstraintDefinition = UniqueDefinition | CheckDefinition | ExcludeDefinition;

type Field = string;
type FieldsAnd<Options> = readonly [Field, ...Field[]] | readonly [...Field[], Options];

/**
 * An index over the columns of fields, for `meta({ indexes })`. The last argument may be options:
 *
 * ```ts
 * index("room", "-sentAt");
 * index("sentAt", { where: { isDeleted: false } });
 * index({ expressions: [Lower("title")] }).named("title_lower");
 * ```
 */
export function index(...given: FieldsAnd<IndexOptions>): IndexDefinition {
  return define("index", given) as IndexDefinition;
}

/**
 * A rule that no two rows agree in all of the fields, for `meta({ constraints })`. Rows with a NULL never collide,
 * unless `nullsDistinct` is false. The last argument may be options: `unique("slug", { where: { isDeleted: false } })`.
 */
export function unique(...given: FieldsAnd<UniqueOptions>): UniqueDefinition {
  return define("unique", given) as UniqueDefinition;
}

/** A rule that every row meets: `check({ endsAt__gt: F("startsAt") })`. A row for which it is unknown (NULL) meets it. */
export function check(where: DefinitionCondition | CheckOptions, message: ConstraintMessage = {}): CheckDefinition {
  const options = isCheckOptions(where) ? where : { condition: conditionNodeOf(where), ...message };
  return define("check", [options]) as CheckDefinition;
}

/** A rule that no two rows meet all of some comparisons, such as overlapping times in one room. PostgreSQL only. */
export function exclude(options: ExcludeOptions): ExcludeDefinition {
  return define("exclude", [options]) as ExcludeDefinition;
}

function isCheckOptions(given: object): given is CheckOptions {
  const { condition } = given as Partial<CheckOptions>;
  return !(given instanceof Condition) && typeof condition === "object" && "kind" in condition;
}

function define(kind: string, given: readonly unknown[]): unknown {
  const fields = given.filter((one) => typeof one === "string");
  const last = given.at(-1);
  const options = typeof last === "object" && last !== null ? plainOptions(last) : {};
  const make = (name: string | undefined): unknown =>
    Object.freeze({
      kind,
      fields,
      name,
      ...(Object.keys(options).length > 0 && { options }),
      named: (another: string) => make(another),
    });
  return make(undefined);
}

/** Options with their conditions and expressions as data, which can be compared and written down. */
function plainOptions(given: object): Record<string, unknown> {
  const { where, expressions, elements, ...rest } = given as Partial<IndexOptions & ExcludeOptions>;
  return Object.freeze({
    ...rest,
    ...(where !== undefined && { condition: conditionNodeOf(where) }),
    ...(expressions !== undefined && { expressions: expressions.map((one) => nodeOf(one)) }),
    ...(elements !== undefined && {
      elements: elements.map(([of, operator]) => [typeof of === "string" ? of : nodeOf(of), operator]),
    }),
  });
}

function nodeOf(given: Expression | ExpressionNode): ExpressionNode {
  return given instanceof Expression ? given.node : given;
}
