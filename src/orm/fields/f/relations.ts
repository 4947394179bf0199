import type { ModelClass } from "../../model-class.js";
import type { RelatedOne } from "../../related-one.js";
import type { RelatedSet } from "../../related-set.js";
import { declareRelation } from "../../schema/construction.js";
import { ForeignKeyField, type ForeignKeyOptions } from "../relations/foreign-key-field.js";
import { ManyToManyDeclaration, type ManyToManyOptions } from "../relations/many-to-many-declaration.js";
import { OneToOneField, type OneToOneOptions } from "../relations/one-to-one-field.js";
import { PartedReferenceField } from "../relations/parted-reference-field.js";
import { ReverseDeclaration } from "../relations/reverse-declaration.js";
import type { ReferenceFor } from "./property-types.js";

export function foreignKey<T extends object, const Options extends ForeignKeyOptions>(
  to: () => ModelClass<T>,
  options: Options,
): ReferenceFor<T, Options> {
  return declareRelation("foreignKey", to, () =>
    options.fields === undefined ? new ForeignKeyField(to, options) : new PartedReferenceField(to, options),
  ) as ReferenceFor<T, Options>;
}

export function oneToOne<T extends object, const Options extends OneToOneOptions>(
  to: () => ModelClass<T>,
  options: Options,
): ReferenceFor<T, Options> {
  return declareRelation("oneToOne", to, () =>
    options.fields === undefined
      ? new OneToOneField(to, options)
      : new PartedReferenceField(to, { ...options, unique: true }),
  ) as ReferenceFor<T, Options>;
}

export function manyToMany<T extends object>(
  to: () => ModelClass<T>,
  options?: ManyToManyOptions,
): RelatedSet<T, never> {
  return declareRelation("manyToMany", to, () => new ManyToManyDeclaration(to, options)) as RelatedSet<T, never>;
}

export function reverse<T extends object, const Via extends string>(
  to: () => ModelClass<T>,
  fieldName: Via,
): RelatedSet<T, Via> {
  return declareRelation("reverse", to, () => new ReverseDeclaration(to, fieldName, false)) as RelatedSet<T, Via>;
}

export function child<T extends object>(to: () => ModelClass<T>): RelatedOne<T> {
  return declareRelation("child", to, () => new ReverseDeclaration(to, "", true)) as RelatedOne<T>;
}

export function reverseOne<T extends object>(to: () => ModelClass<T>, fieldName: string): RelatedOne<T> {
  return declareRelation("reverseOne", to, () => new ReverseDeclaration(to, fieldName, true)) as RelatedOne<T>;
}
