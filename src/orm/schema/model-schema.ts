import { ModelInvalid, UnknownField } from "../errors.js";
import type { Field } from "../fields/field.js";
import { ManyToManyDeclaration } from "../fields/relations/many-to-many-declaration.js";
import type { ReverseDeclaration } from "../fields/relations/reverse-declaration.js";
import type { Meta } from "../meta.js";
import type { ModelClass } from "../model-class.js";
import { fitsAsName, snakeCase } from "./naming.js";
import { suggestion } from "./nearest.js";
import { backward, manyToManyOf, reversed, throughLinks } from "./many-to-many.js";
import { PlaceField } from "./place-field.js";
import { plainValue } from "./reference.js";
import type { ForeignKey, ManyToMany, PartedReference, Places, Relation, Schema } from "./schema.js";

/** What a relation without a column is declared with. */
export type SetDeclaration = ReverseDeclaration | ManyToManyDeclaration;

/** What a model consists of, as found by looking at its class fields. */
export interface SchemaParts {
  readonly model: ModelClass;
  readonly meta: Meta;
  readonly fields: readonly Field[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly reverses: ReadonlyMap<string, SetDeclaration>;
  readonly primaryKey: Field;
  readonly keyFields: readonly Field[];
  readonly partedReferences: readonly PartedReference[];
  /** For each call of `f` that the class fields make, the property it is for; see `construction.ts`. */
  readonly constructionPlan: readonly (string | undefined)[];
  readonly schemaOf: (model: ModelClass) => Schema;
  /** The models whose `defaultRelatedName` is `name`. */
  readonly namedOnOthers: (name: string) => readonly Schema[];
  /** The schema whose table the model shows, where it is a proxy. */
  readonly proxied: Schema | undefined;
  /** The schema of the model that it extends, where that has a table. */
  readonly parent: Schema | undefined;
}

/** The one implementation of `Schema`. Nothing but `schema-of.ts` needs to know it. */
export class ModelSchema implements Schema {
  readonly model: ModelClass;
  readonly name: string;
  readonly meta: Meta;
  readonly fields: readonly Field[];
  readonly tableFields: readonly Field[];
  readonly parent: Schema | undefined;
  readonly parentRelation: Relation | undefined;
  readonly fieldsByName: ReadonlyMap<string, Field>;
  readonly foreignKeys: readonly ForeignKey[];
  readonly computedFields: readonly Field[];
  readonly databaseGiven: readonly Field[];
  readonly primaryKey: Field;
  readonly keyFields: readonly Field[];
  readonly partedReferences: readonly PartedReference[];
  readonly keyName: string;
  readonly constructionPlan: readonly (string | undefined)[];
  readonly #reverses: ReadonlyMap<string, SetDeclaration>;
  readonly places: Places | undefined;
  readonly #schemaOf: (model: ModelClass) => Schema;
  readonly #namedOnOthers: (name: string) => readonly Schema[];
  readonly #proxied: Schema | undefined;
  readonly #referenceFields: readonly ForeignKey[];
  readonly #inheritedReverses: ReadonlySet<string>;
  readonly #relations = new Map<string, Relation>();
  readonly #manyToMany = new Map<string, ManyToMany>();
  #appName: string | undefined;
  #table: string | undefined;

  constructor(parts: SchemaParts) {
    this.model = parts.model;
    this.name = parts.model.name;
    this.meta = parts.meta;
    this.fields = parts.fields;
    this.fieldsByName = new Map(parts.fields.map((field) => [field.name, field]));
    const { parent } = parts;
    this.parent = parent;
    this.parentRelation = parent === undefined ? undefined : this.#wayTo(parent, parts.primaryKey as ForeignKey);
    const own = parts.fields.filter((field) => !this.#isInherited(parts, field.name));
    this.tableFields = parent === undefined ? parts.fields : own;
    this.foreignKeys = parts.foreignKeys.filter((field) => !this.#isInherited(parts, field.name));
    this.#referenceFields = parts.foreignKeys.filter((field) => field !== parts.primaryKey || parent === undefined);
    this.computedFields = this.tableFields.filter((field) => field.isComputed);
    this.databaseGiven = this.tableFields.filter((field) => field.isComputed || field.hasDatabaseDefault);
    this.primaryKey = parts.primaryKey;
    this.keyFields = parts.keyFields;
    this.partedReferences = parts.partedReferences;
    this.keyName = parts.primaryKey.name;
    this.constructionPlan = parts.constructionPlan;
    this.#reverses = parts.reverses;
    this.#inheritedReverses = new Set(parent?.reverseNames);
    this.#schemaOf = parts.schemaOf;
    this.#namedOnOthers = parts.namedOnOthers;
    this.places = this.#placesOf(parts);
    this.#proxied = parts.proxied;
  }

  #placesOf({ fields, foreignKeys, meta: { orderWithRespectTo } }: SchemaParts): Places | undefined {
    const field = fields.find((candidate) => candidate instanceof PlaceField);
    const owner = foreignKeys.find(({ name }) => name === orderWithRespectTo);
    // Of a model that extends one with places, the parent has them.
    return field === undefined || owner === undefined ? this.parent?.places : { field, owner };
  }

  #isInherited({ parent, primaryKey }: Pick<SchemaParts, "parent" | "primaryKey">, name: string): boolean {
    if (parent === undefined || name === primaryKey.name) return false;
    return parent.fieldsByName.has(name) || parent.partedReferences.some((field) => field.name === name);
  }

  isInherited(name: string): boolean {
    return this.#isInherited(this, name);
  }

  #wayTo(parent: Schema, link: ForeignKey): Relation {
    return {
      kind: "reference",
      name: "+parent",
      source: this,
      target: parent,
      field: link,
      sourceKey: link,
      targetKey: parent.primaryKey,
      isMany: false,
      isNullable: false,
    };
  }

  get appName(): string | undefined {
    return this.#appName;
  }

  get label(): string {
    return this.#appName === undefined ? this.name : `${this.#appName}.${this.name}`;
  }

  get concrete(): Schema {
    return this.#proxied ?? this;
  }

  get table(): string {
    if (this.#proxied !== undefined) return this.#proxied.table;
    return (this.#table ??= this.#nameTable(this.#appName));
  }

  joinApp(appName: string): void {
    if (this.#appName !== undefined && this.#appName !== appName) {
      throw new ModelInvalid({ model: this.name, problem: `is listed by two apps, ${this.#appName} and ${appName}` });
    }
    const table = this.#proxied === undefined ? this.#nameTable(appName) : this.#table;
    if (this.#table !== undefined && this.#table !== table) {
      throw new ModelInvalid({
        model: this.name,
        problem: `was used as table ${this.#table} before the app ${appName} listed it; install the apps first`,
      });
    }
    this.#appName = appName;
    for (const { links, isAutomatic } of this.#manyToMany.values()) if (isAutomatic) links.schema.joinApp(appName);
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
    const field = name === "pk" ? this.primaryKey : this.fieldsByName.get(name);
    if (field !== undefined) return field;
    throw this.unknown(name, path);
  }

  unknown(name: string, path: string): UnknownField {
    const hint = this.#reverses.has(name)
      ? " It is a relation without a column here; add, set and their like change it."
      : suggestion(name, this.queryableNames) || ` It has ${this.queryableNames.join(", ")}.`;
    return new UnknownField({ model: this.name, field: name, path, hint });
  }

  leadsToOne(name: string): boolean {
    const declaration = this.#reverses.get(name);
    return declaration !== undefined && "isOne" in declaration && declaration.isOne;
  }

  addRelation(relation: Relation): void {
    this.#relations.set(relation.name, relation);
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
    if (reverse !== undefined && this.#proxied !== undefined) return this.#proxied.relation(name);
    if (this.#inheritedReverses.has(name)) {
      const inherited = this.parent?.relation(name);
      if (inherited !== undefined) return this.#asOwn(inherited);
    }
    if (reverse instanceof ManyToManyDeclaration) {
      const { target, links } = this.#manyToManyOf(name, reverse);
      return throughLinks(name, this, target, links);
    }
    if (reverse !== undefined) return this.#makeReverse(name, reverse);
    const field = this.#referenceFields.find((candidate) => candidate.name === name);
    if (field === undefined) return this.#makeRelationNamedThere(name);
    const { target } = field;
    return {
      kind: "reference",
      name,
      source: this,
      target,
      field,
      sourceKey: field,
      targetKey: field.targetField,
      isMany: false,
      isNullable: field.isNullable,
    };
  }

  /** The way to the rows of another model that says itself what it is called here. */
  #makeRelationNamedThere(name: string): Relation | undefined {
    if (this.fieldsByName.has(name)) return undefined;
    const found = this.#namedOnOthers(name).flatMap((target) => this.#relationsFrom(name, target));
    if (found.length < 2) return found[0];
    const names = found.map(({ target, field }) => `${target.name}.${field.name}`).join(", ");
    throw new ModelInvalid({
      model: this.name,
      problem: `is called ${name} by several relations (${names}); declare its other sides with f.reverse instead`,
    });
  }

  #relationsFrom(name: string, target: Schema): Relation[] {
    const references = target.foreignKeys.filter((field) => field.target.concrete === this.concrete);
    const many = target.manyToMany.filter((one) => one.target.concrete === this.concrete);
    const backwards = references.map((field) => backward(name, this, target, field, !field.isUnique));
    const linked = many.map(({ links }) => throughLinks(name, this, target, reversed(links)));
    return backwards.concat(linked);
  }

  /** A relation of the parent, whose key this model's rows have too. */
  #asOwn(relation: Relation): Relation {
    const { sourceKey: key, source } = relation;
    const sourceKey = key === source.primaryKey ? this.primaryKey : this.field(key.name);
    if (relation.steps === undefined) return { ...relation, source: this, sourceKey };
    const [toLinks, toOther] = relation.steps;
    return { ...relation, source: this, sourceKey, steps: [{ ...toLinks, source: this, sourceKey }, toOther] };
  }

  /** Where `declaration`, the other side of a relation, leads. */
  #makeReverse(name: string, declaration: ReverseDeclaration): Relation {
    const { to, fieldName, isOne } = declaration;
    const target = this.#schemaOf(to());
    const problem = (text: string) =>
      new ModelInvalid({ model: this.name, problem: `has f.${isOne ? "reverseOne" : "reverse"} ${name}, ${text}` });
    const many = target.manyToMany.find((candidate) => candidate.name === fieldName);
    if (many !== undefined && !isOne) {
      if (many.target !== this) throw problem(`but ${target.name}.${fieldName} leads to ${many.target.name}`);
      return throughLinks(name, this, target, reversed(many.links));
    }
    const field =
      fieldName === ""
        ? target.foreignKeys.find((candidate) => candidate === target.primaryKey)
        : target.foreignKeys.find((candidate) => candidate.name === fieldName);
    if (field === undefined) {
      if (fieldName === "") throw problem(`but ${target.name} does not extend ${this.name}`);
      const known = [...target.foreignKeys, ...(isOne ? [] : target.manyToMany)].map((candidate) => candidate.name);
      throw problem(
        `but ${target.name} has no ${isOne ? "one to one" : "foreign key"} ${JSON.stringify(fieldName)}.${suggestion(fieldName, known)}`,
      );
    }
    if (field.target.concrete !== this) {
      throw problem(`but ${target.name}.${fieldName} refers to ${field.target.name}, not to ${this.name}`);
    }
    if (isOne && !field.isUnique) throw problem(`but ${target.name}.${fieldName} is no one to one; use f.reverse`);
    return backward(name, this, target, field, !isOne);
  }

  get manyToMany(): readonly ManyToMany[] {
    if (this.#proxied !== undefined) return [];
    const found: ManyToMany[] = [];
    for (const [name, declaration] of this.#reverses) {
      const isOwn = !this.#inheritedReverses.has(name);
      if (declaration instanceof ManyToManyDeclaration && isOwn) found.push(this.#manyToManyOf(name, declaration));
    }
    return found;
  }

  #manyToManyOf(name: string, declaration: ManyToManyDeclaration): ManyToMany {
    const known = this.#manyToMany.get(name);
    if (known !== undefined) return known;
    const made = manyToManyOf(this, name, declaration, this.#schemaOf);
    this.#manyToMany.set(name, made);
    return made;
  }

  keyOf(instance: object): unknown {
    if (this.keyFields.length === 1) return plainValue(this, this.keyName, instance);
    const key = this.keyFields.map(({ name }) => plainValue(this, name, instance));
    return key.some((part) => part === undefined || part === null) ? undefined : key;
  }
}
