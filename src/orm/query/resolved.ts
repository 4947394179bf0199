import type { QueryNode, SqlNode } from "../compiler/nodes.js";
import type { Operand } from "../lookups/lookup.js";
import type { Relation, Schema } from "../schema/schema.js";
import type { Aliases, TableNode } from "./table-node.js";

/** An expression that is understood: its paths lead somewhere, its values are in the values of the query. */
export interface Resolved {
  /** Its shape as text: two expressions with the same key have the same SQL. */
  readonly key: string;
  readonly output: Operand;
  /** Whether it makes one value of several rows. */
  readonly isAggregate: boolean;
  /** Whether it is a field and nothing more. */
  readonly isField: boolean;
  /** Whether the field may be NULL, where it is one. */
  readonly isNullable: boolean;
  /** Whether the column itself may hold NULL, where it is a field; through a relation it can be missing all the same. */
  readonly isNullableColumn?: boolean;
  /** The relations to many that its aggregates go over, as paths. */
  readonly manyPaths: readonly string[];
  build(at: BuildPlace): SqlNode;
}

/** An annotation of a query, as later steps of the query see it. */
export interface Annotation {
  readonly name: string;
  readonly expression: Resolved;
  /** Whether rows have it, too: `annotate` rather than `alias`. */
  readonly isSelected: boolean;
}

/** What names in a query can mean. */
export interface QueryScope {
  readonly schema: Schema;
  readonly annotations: ReadonlyMap<string, Annotation>;
  /** The relations that the query has beside those of its model; see `QuerySet.filteredRelation`. */
  readonly relations: ReadonlyMap<string, Relation>;
  /** Whether aggregates over relations to many stand alone; see `QuerySet.strict`. */
  readonly isStrict: boolean;
  /** Whether the query was given columns by `values`, so that aggregates are of groups. */
  readonly hasValues: boolean;
  /** The time zone in which the query was begun; `undefined` for UTC. */
  readonly zone: string | undefined;
}

/** How an inner query is used. */
export type InnerUse = "keys" | "value" | "existence" | "array";

/** What all that is built for one query shares. */
export interface BuildContext {
  readonly aliases: Aliases;
  /** What is added to slots: this may be a query inside another, whose values come after others. */
  readonly slotBase: number;
  readonly isStrict: boolean;
  /** The row of the query around this one. */
  readonly outer: BuildPlace | undefined;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly zone: string | undefined;
  hasAnnotation(name: string): boolean;
  annotation(name: string): SqlNode;
  /** A condition inside of an expression, in SQL. */
  condition(condition: object, at: BuildPlace): SqlNode;
  /** An inner query for `use`; `undefined` where it can have no rows. */
  inner(query: InnerQuery, use: InnerUse, from: BuildPlace): QueryNode | undefined;
  /** Calls the program's attention to something that Django does and few expect. */
  warn(trap: number, text: string): void;
}

/** An inner query: its shape, which the builder knows, and where its values begin. */
export interface InnerQuery {
  readonly shape: object;
  readonly slot: number;
  /** Whether it stands under a not, where a NULL among its rows makes every comparison unknown. */
  readonly isNegated?: boolean;
}

/** Where in a query something is built. */
export interface BuildPlace {
  readonly root: TableNode;
  /** The filter that it stands in: relations to many are joined once for each. Without one, the latest is taken. */
  readonly scope: object | undefined;
  readonly context: BuildContext;
  /** Collects the tables that columns were taken of. */
  readonly tables?: TableNode[] | undefined;
}
