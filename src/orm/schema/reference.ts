import { inspect } from "node:util";

import type { Field } from "../fields/field.js";
import type { Instance, InstanceState } from "./instance-state.js";
import type { Relation, Schema } from "./schema.js";

/** Gets what `reference` refers to from its database, for it and its siblings. */
export type ReferenceLoader = (reference: Reference) => Promise<object>;

let loader: ReferenceLoader | undefined;

/** Says how references are loaded. The query set knows, and it stands above this file. */
export function installReferenceLoader(load: ReferenceLoader): void {
  loader = load;
}

/** What the property of a foreign key holds: the key, and the object once it was awaited. `Ref` is its type. */
export class Reference implements PromiseLike<object> {
  readonly #key: unknown;
  readonly #relation: Relation;
  readonly #siblings: InstanceState | undefined;
  #loaded: object | undefined;
  #loading: Promise<object> | undefined;

  constructor(relation: Relation, key: unknown, siblings: InstanceState | undefined, loaded?: object) {
    this.#key = key;
    this.#relation = relation;
    this.#siblings = siblings;
    this.#loaded = loaded;
  }

  /**
   * What the column keeps: the primary key of what it refers to, or the value of the field that `toField` names. An
   * object that was saved after it was assigned here has one by then.
   */
  get id(): unknown {
    const { target, targetKey } = this.#relation;
    return this.#loaded === undefined ? this.#key : valueOfKey(target, targetKey, this.#loaded);
  }

  get isLoaded(): boolean {
    return this.#loaded !== undefined;
  }

  /** Whether it is neither loaded nor about to be. */
  get isPending(): boolean {
    return this.#loaded === undefined && this.#loading === undefined;
  }

  get loaded(): object | undefined {
    return this.#loaded;
  }

  get relation(): Relation {
    return this.#relation;
  }

  /** The state of the row that this reference stands in. */
  get siblings(): InstanceState | undefined {
    return this.#siblings;
  }

  /** Keeps the object that was found for it. */
  fill(object: object): void {
    this.#loaded = object;
    this.#loading = undefined;
  }

  /** Says that a query on the way will fill it; `undefined` when that query failed. */
  await(loading: Promise<object> | undefined): void {
    this.#loading = loading;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a reference is awaited: that is what it is for
  then<A = object, B = never>(
    onFulfilled?: ((value: object) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#object().then(onFulfilled, onRejected);
  }

  #object(): Promise<object> {
    if (this.#loaded !== undefined) return Promise.resolve(this.#loaded);
    if (loader === undefined) throw new Error("References cannot be loaded: hotclub/orm was not imported whole.");
    return (this.#loading ??= loader(this));
  }

  toJSON(): unknown {
    return this.id;
  }

  [inspect.custom](): string {
    return `Ref<${this.#relation.target.name}>(${inspect(this.id)}${this.isLoaded ? ", loaded" : ""})`;
  }
}

/** The value of `field`, a key of `schema`, in an instance; `undefined` where a part of it is missing. */
export function valueOfKey(schema: Schema, field: Field, instance: object): unknown {
  return field === schema.primaryKey ? schema.keyOf(instance) : plainValue(schema, field.name, instance);
}

/**
 * The value of the field called `name` in an instance of `schema`, of a foreign key the key: there stands a reference, or
 * the object itself that `selectRelated` loaded.
 */
export function plainValue(schema: Schema, name: string, instance: object): unknown {
  const value = (instance as Instance)[name];
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Reference) return value.id;
  const relation = schema.relation(name);
  const isObject = relation?.kind === "reference" && value instanceof relation.target.model;
  return isObject ? valueOfKey(relation.target, relation.targetKey, value) : value;
}

/** What the rows that `relation` leads to hold of `owner`, an instance of its source. */
export function ownerKey({ source, sourceKey }: Relation, owner: object): unknown {
  return valueOfKey(source, sourceKey, owner);
}
