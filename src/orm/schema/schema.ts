import type { RunTimeLookups } from "../expressions/condition.js";
import type { UnknownField } from "../errors.js";
import type { Field } from "../fields/field.js";
import type { ManyToManyDeclaration } from "../fields/relations/many-to-many-declaration.js";
import type { Meta } from "../meta.js";
import type { ModelClass } from "../model-class.js";
import type { OnDelete } from "./on-delete.js";

/** All that the ORM knows about one model: fields, relations, table. Made once per class, at first use. */
export interface Schema {
  readonly model: ModelClass;
  readonly name: string;
  readonly meta: Meta;
  /** The app that the model belongs to; `undefined` for a model that no app lists. */
  readonly appName: string | undefined;
  /** `chat.Room`, or `Room` for a model of no app. */
  readonly label: string;
  /** The schema that the table belongs to: of a proxy that of the model it shows, otherwise this. */
  readonly concrete: Schema;
  /** The table's name. */
  readonly table: string;
  /** The fields that have a column, in the order of the class; those that the parent's table has are among them. */
  readonly fields: readonly Field[];
  /** The fields that have a column in this model's own table. */
  readonly tableFields: readonly Field[];
  /** The schema of the model that this one extends, where that has a table of its own. */
  readonly parent: Schema | undefined;
  /** The way from a row to the row of the parent that it completes. */
  readonly parentRelation: Relation | undefined;
  readonly fieldsByName: ReadonlyMap<string, Field>;
  /** The foreign keys of this model's own table; the reference to the parent's row is one. */
  readonly foreignKeys: readonly ForeignKey[];
  /** The fields that the database computes and nobody writes. */
  readonly computedFields: readonly Field[];
  /** The fields that the database may give the value of: computed ones, and those with a default there. */
  readonly databaseGiven: readonly Field[];
  /** The primary key; of a composite one, a field that stands for its parts and has no column of its own. */
  readonly primaryKey: Field;
  /** The fields that the primary key consists of: one, unless it is composite. */
  readonly keyFields: readonly Field[];
  readonly keyName: string;
  /** The references whose keys are in other fields of the model, because they lead to composite keys. */
  readonly partedReferences: readonly PartedReference[];
  /** The places that rows have among those of the same owner; see `MetaOptions.orderWithRespectTo`. */
  readonly places: Places | undefined;
  /** For each call of `f` that the class fields make, the property it is for; see `construction.ts`. */
  readonly constructionPlan: readonly (string | undefined)[];
  /** The names of the relations that have no column here: reverse sides, and those of many to many. */
  readonly reverseNames: Iterable<string>;
  /** The relations of many to many that the model declares. */
  readonly manyToMany: readonly ManyToMany[];

  /** Whether the column of the field called `name` is in the parent's table. */
  isInherited(name: string): boolean;
  /** Makes the model one of `appName`'s. Throws `ModelInvalid` when queries have used another table name already. */
  joinApp(appName: string): void;
  /** The field called `name` (`pk` is the primary key). `path` is the whole of what the caller wrote. */
  field(name: string, path?: string): Field;
  /** The error for a name that is none of this model's, with those that are near. */
  unknown(name: string, path: string): UnknownField;
  /** Whether the relation called `name`, which has no column here, leads to one row. Asks no other model. */
  leadsToOne(name: string): boolean;
  /** Adds a relation that the model does not declare, under a name that none of its own has. */
  addRelation(relation: Relation): void;
  /** The relation called `name`, or `undefined` where there is none. */
  relation(name: string): Relation | undefined;
  /** The primary key of `instance`; `undefined` when it has none yet. */
  keyOf(instance: object): unknown;
}

/** The field that keeps the place of a row, and the foreign key to its owner. */
export interface Places {
  readonly field: Field;
  readonly owner: ForeignKey;
}

/** A foreign key that has no column of its own: its key is in other fields of the model. */
export interface PartedReference extends ForeignKey {
  /** The fields that hold the key, in the order of the target's key. */
  readonly parts: readonly Field[];
}

/** A field that refers to one row of another model, or of the same. */
export interface ForeignKey extends Field {
  readonly onDelete: OnDelete;
  /** The lookups that a row must meet to be referred to. */
  readonly limitChoicesTo: RunTimeLookups | undefined;
  /** Whether the database checks that the row is there. */
  readonly hasConstraint: boolean;
  /** The model that it refers to. */
  readonly target: Schema;
  /** The field of it whose value this one holds. */
  readonly targetField: Field;
}

/**
 * A step that a path can take from one model to another, and the columns that it joins.
 *
 * A foreign key gives a relation to one row; the reverse side of it gives one to many. A relation of many to many is
 * two steps: to the links, and from them to the other side.
 */
export interface Relation {
  readonly kind: "reference" | "set";
  /** The property's name. */
  readonly name: string;
  readonly source: Schema;
  readonly target: Schema;
  /** The foreign key that it follows, or follows backward. */
  readonly field: ForeignKey;
  /** The field of the source that equals `targetKey`. */
  readonly sourceKey: Field;
  readonly targetKey: Field;
  /** Whether it can lead to more than one row. */
  readonly isMany: boolean;
  /** Whether it can lead to none, so that an inner join would lose rows. */
  readonly isNullable: boolean;
  /** What to follow instead of it, where it is more than one step. */
  readonly steps?: readonly [toLinks: Relation, toOther: Relation];
  /** The links of a relation of many to many, as its owner sees them. */
  readonly links?: Links;
  /** Whether it leads to those rows only that meet a condition of the query; see `QuerySet.filteredRelation`. */
  readonly isNarrowed?: boolean;
}

/** The rows that link two models, seen from one of them. */
export interface Links {
  /** The model whose rows are the links. */
  readonly schema: Schema;
  /** The foreign key of the links to this side. */
  readonly near: ForeignKey;
  /** The foreign key of the links to the other side. */
  readonly far: ForeignKey;
  /** Whether each link comes with one the other way. */
  readonly isSymmetrical: boolean;
  /** Whether Hotclub made their model: then they have nothing but the two keys. */
  readonly isAutomatic: boolean;
  /** Whether this side is the one that the relation leads to, not the one that declares it. */
  readonly isReverse: boolean;
}

/** A relation of many to many, as the model declares it. */
export interface ManyToMany {
  readonly name: string;
  readonly declaration: ManyToManyDeclaration;
  readonly target: Schema;
  readonly links: Links;
  /** Whether Hotclub made the model of the links. */
  readonly isAutomatic: boolean;
}
