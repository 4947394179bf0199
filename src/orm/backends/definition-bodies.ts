import type { Dialect } from "../compiler/dialect.js";
import type { CheckDefinition, Deferrable, ExcludeDefinition, IndexOptions, UniqueOptions } from "../definitions.js";
import type { ExpressionNode } from "../expressions/nodes.js";
import type { Schema } from "../schema/schema.js";
import type { UniqueGroup } from "../schema/unique-groups.js";
import { conditionText, expressionText } from "./definition-text.js";

/** The parts of an index, whether it is unique or not. */
interface IndexParts {
  /** Field names; `-` before a name means descending. */
  readonly fields: readonly string[];
  readonly options?: IndexOptions & UniqueOptions;
}

/** What follows the table's name in `CREATE INDEX`. */
export function indexBody(schema: Schema, { fields, options = {} }: IndexParts, dialect: Dialect): string {
  const { quote, hasIndexMethods } = dialect;
  const { expressions = [], opclasses = {}, using, include = [], nullsDistinct } = options;
  const columns = fields.flatMap((key) => {
    const field = schema.field(key.replace(/^-/, ""));
    const column = quote(field.column);
    // To SQLite two NULLs are never equal; that both are NULL, and what else they are, it can compare.
    if (nullsDistinct === false && !hasIndexMethods) return [`(${column} IS NULL)`, `ifnull(${column}, 0)`];
    const opclass = hasIndexMethods ? opclasses[field.name] : undefined;
    return [column + (opclass === undefined ? "" : ` ${opclassName(opclass)}`) + (key.startsWith("-") ? " DESC" : "")];
  });
  // Resolved, they are data.
  for (const expression of expressions as readonly ExpressionNode[]) {
    columns.push(`(${expressionText(schema, expression, dialect)})`);
  }
  const method = hasIndexMethods && using !== undefined ? `USING ${methodName(using)} ` : "";
  return `${method}(${columns.join(", ")})${hasIndexMethods ? covering(schema, include, dialect) : ""}${
    nullsDistinct === false && hasIndexMethods ? " NULLS NOT DISTINCT" : ""
  }${filtered(schema, options, dialect)}`;
}

function covering(schema: Schema, include: readonly string[], { quote }: Dialect): string {
  if (include.length === 0) return "";
  return ` INCLUDE (${include.map((name) => quote(schema.field(name).column)).join(", ")})`;
}

function filtered(schema: Schema, { condition }: Pick<IndexOptions, "condition">, dialect: Dialect): string {
  return condition === undefined ? "" : ` WHERE ${conditionText(schema, condition, dialect)}`;
}

/** Whether a rule of uniqueness is an index in the database, because a constraint cannot say it. */
export function isUniqueIndex({ definition }: UniqueGroup, { hasIndexMethods }: Dialect): boolean {
  const { condition, expressions, opclasses, nullsDistinct } = definition?.options ?? {};
  const isSpecial = condition !== undefined || expressions !== undefined || opclasses !== undefined;
  return isSpecial || (nullsDistinct === false && !hasIndexMethods);
}

/** The rule as a constraint, after its name. */
export function uniqueBody(schema: Schema, { fields, definition }: UniqueGroup, dialect: Dialect): string {
  const { include = [], nullsDistinct, deferrable } = definition?.options ?? {};
  const columns = fields.map((field) => dialect.quote(field.column)).join(", ");
  if (!dialect.hasIndexMethods) return `UNIQUE (${columns})`;
  const nulls = nullsDistinct === false ? " NULLS NOT DISTINCT" : "";
  return `UNIQUE${nulls} (${columns})${covering(schema, include, dialect)}${deferred(deferrable)}`;
}

function deferred(deferrable: Deferrable | undefined): string {
  return deferrable === undefined ? "" : ` DEFERRABLE INITIALLY ${deferrable.toUpperCase()}`;
}

export function checkBody(schema: Schema, { options }: CheckDefinition, dialect: Dialect): string {
  return `CHECK (${conditionText(schema, options.condition, dialect)})`;
}

export function excludeBody(schema: Schema, { options }: ExcludeDefinition, dialect: Dialect): string {
  const { elements, using = "gist", deferrable } = options;
  const parts = elements.map(([of, operator]) => {
    const text =
      typeof of === "string"
        ? dialect.quote(schema.field(of).column)
        : `(${expressionText(schema, of as ExpressionNode, dialect)})`;
    return `${text} WITH ${operatorName(operator)}`;
  });
  const where = options.condition === undefined ? "" : ` WHERE (${conditionText(schema, options.condition, dialect)})`;
  return `EXCLUDE USING ${methodName(using)} (${parts.join(", ")})${where}${deferred(deferrable)}`;
}

/** A word that is not quoted in SQL, and so must be nothing but a word. */
function word(text: string, what: string, pattern: RegExp): string {
  if (pattern.test(text)) return text;
  throw new TypeError(`${JSON.stringify(text)} is no ${what}.`);
}

function methodName(text: string): string {
  return word(text, "kind of index", /^[a-z_]\w*$/i);
}

function opclassName(text: string): string {
  return word(text, "operator class", /^[a-z_][\w.]*$/i);
}

/** `text`, which is an operator and nothing else. Throws `TypeError`. */
export function operatorName(text: string): string {
  return word(text, "operator", /^[-+*/<>=~!@#%^&|`?]+$/);
}
