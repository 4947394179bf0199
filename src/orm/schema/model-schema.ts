import { ModelInvalid, UnknownField } from "../errors.js";
import type { Field } from "../fields/field.js";
import type { ReverseDeclaration } from "../fields/relations/reverse-declaration.js";
import type { Meta } from "../meta.js";
import type { ModelClass } from "../model-class.js";
import type { Instance } from "./instance-state.js";
import { fitsAsName, snakeCase } from "./naming.js";
import { suggestion } from "./nearest.js";
import type { ForeignKey, Relation, Schema } from "./schema.js";

/** What a model consists of, as found by looking at its class fields. */
export interface SchemaParts {
  readonly model: ModelClass;
  readonly meta: Meta;
  readonly fields: readonly Field[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly reverses: ReadonlyMap<string, ReverseDeclaration>;
  readonly primaryKey: Field;
  /** For each call of `f` that the class fields make, the property it is for; see `construction.ts`. */
  readonly constructionPlan: readonly (string | undefined)[];
  readonly schemaOf: (model: ModelClass) => Schema;
}

/** The one implementation of `Schema`. Nothing but `schema-of.ts` needs to know it. */
export class ModelSchema implements Schema {
  readonly model: ModelClass;
  readonly name: string;
  readonly meta: Meta;
  readonly fields: readonly Field[];
  readonly fieldsByName: ReadonlyMap<string, Field>;
  readonly foreignKeys: readonly ForeignKey[];
  readonly computedFields: readonly Field[];
  readonly databaseGiven: readonly Field[];
  readonly primaryKey: Field;
  readonly keyName: string;
  readonly constructionPlan: readonly (string | undefined)[];
  readonly #reverses: ReadonlyMap<string, ReverseDeclaration>;
  readonly #schemaOf: (model: ModelClass) => Schema;
  readonly #relations = new Map<string, Relation>();
  #appName: string | undefined;
  #table: string | undefined;

  constructor(parts: SchemaParts) {
    this.model = parts.model;
    this.name = parts.model.name;
    this.meta = parts.meta;
    this.fields = parts.fields;
    this.fieldsByName = new Map(parts.fields.map((field) => [field.name, field]));
    this.foreignKeys = parts.foreignKeys;
    this.computedFields = parts.fields.filter((field) => field.isComputed);
    this.databaseGiven = parts.fields.filter((field) => field.isComputed || field.hasDatabaseDefault);
    this.primaryKey = parts.primaryKey;
    this.keyName = parts.primaryKey.name;
    this.constructionPlan = parts.constructionPlan;
    this.#reverses = parts.reverses;
    this.#schemaOf = parts.schemaOf;
  }

  get appName(): string | undefined {
    return this.#appName;
  }

  get label(): string {
    return this.#appName === undefined ? this.name : `${this.#appName}.${this.name}`;
  }

  get table(): string {
    return (this.#table ??= this.#nameTable(this.#appName));
  }

  joinApp(appName: string): void {
    if (this.#appName !== undefined && this.#appName !== appName) {
      throw new ModelInvalid({ model: this.name, problem: `is listed by two apps, ${this.#appName} and ${appName}` });
    }
    const table = this.#nameTable(appName);
    if (this.#table !== undefined && this.#table !== table) {
      throw new ModelInvalid({
        model: this.name,
        problem: `was used as table ${this.#table} before the app ${appName} listed it; install the apps first`,
      });
    }
    this.#appName = appName;
  }

  #nameTable(appName: string | undefined): string {
    const own = snakeCase(this.name);
    const table = this.meta.dbTable ?? (appName === undefined ? own : `${appName}_${own}`);
    if (fitsAsName(table)) return table;
    throw new ModelInvalid({
      model: this.name,
      problem: `has a table name that not every database takes (1 to 63 bytes): ${JSON.stringify(table)}`,
    });
  }

  /** The names of everything that a query can name. */
  get queryableNames(): string[] {
    return [...this.fieldsByName.keys(), ...this.#reverses.keys(), "pk"];
  }

  get reverseNames(): Iterable<string> {
    return this.#reverses.keys();
  }

  field(name: string, path: string = name): Field {
    const field = this.fieldsByName.get(name === "pk" ? this.keyName : name);
    if (field !== undefined) return field;
    throw this.unknown(name, path);
  }

  unknown(name: string, path: string): UnknownField {
    const hint = suggestion(name, this.queryableNames) || ` It has ${this.queryableNames.join(", ")}.`;
    return new UnknownField({ model: this.name, field: name, path, hint });
  }

  relation(name: string): Relation | undefined {
    const known = this.#relations.get(name);
    if (known !== undefined) return known;
    const relation = this.#makeRelation(name);
    if (relation !== undefined) this.#relations.set(name, relation);
    return relation;
  }

  #makeRelation(name: string): Relation | undefined {
    const reverse = this.#reverses.get(name);
    if (reverse !== undefined) return this.#makeReverse(name, reverse);
    const field = this.foreignKeys.find((candidate) => candidate.name === name);
    if (field === undefined) return undefined;
    const { target } = field;
    return {
      kind: "reference",
      name,
      source: this,
      target,
      field,
      sourceColumn: field.column,
      targetColumn: target.primaryKey.column,
      isMany: false,
      isNullable: field.isNullable,
    };
  }

  #makeReverse(name: string, { to, fieldName }: ReverseDeclaration): Relation {
    const target = this.#schemaOf(to());
    const field = target.foreignKeys.find((candidate) => candidate.name === fieldName);
    const problem = (text: string) => new ModelInvalid({ model: this.name, problem: `has f.reverse ${name}, ${text}` });
    if (field === undefined) {
      const hint = suggestion(
        fieldName,
        target.foreignKeys.map((candidate) => candidate.name),
      );
      throw problem(`but ${target.name} has no foreign key ${JSON.stringify(fieldName)}.${hint}`);
    }
    if (field.target !== this) {
      throw problem(`but ${target.name}.${fieldName} refers to ${field.target.name}, not to ${this.name}`);
    }
    return {
      kind: "set",
      name,
      source: this,
      target,
      field,
      sourceColumn: this.primaryKey.column,
      targetColumn: field.column,
      isMany: true,
      isNullable: true,
    };
  }

  keyOf(instance: object): unknown {
    return (instance as Instance)[this.keyName];
  }
}
