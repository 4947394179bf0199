/**
 * A class that extends `Model`, whatever its fields.
 *
 * The constructor's parameters are `never`, so that every model class fits; the ORM makes instances without them.
 */
export type ModelClass<T extends object = object> = (abstract new (...values: never[]) => T) & {
  readonly name: string;
};

/** What a model class makes. */
export type InstanceOf<M extends ModelClass> = M extends ModelClass<infer T> ? T : never;
