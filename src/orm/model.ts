import { inspect, type InspectOptions } from "node:util";

import { neighbour, neighbourInOrder } from "./instances/neighbour.js";
import { naturalKeyOf } from "./instances/natural-key.js";
import { ModelQueries } from "./model-queries.js";
import { addReverseSides, withoutColumn } from "./model-properties.js";
import { homeOf, setHome, writeDatabase } from "./database/routing.js";
import { NotSaved, ValidationError } from "./errors.js";
import { f } from "./fields/f/f.js";
import { refuseUnknownKeys } from "./instances/clean-values.js";
import { rowPlanOf } from "./instances/row-plan.js";
import { InstanceCheck, type FullCleanOptions } from "./instances/full-clean.js";
import { deleteRows } from "./instances/delete-rows.js";
import { loadReference } from "./instances/load-reference.js";
import type { Deleted } from "./instances/matching-rows.js";
import { forgetPrefetched } from "./instances/prefetched.js";
import { adoptReferences, assignParted, fieldsNamed, withParts } from "./instances/parted-references.js";
import { heldValue } from "./instances/references.js";
import { saveInstance, type SaveOptions } from "./instances/save-instance.js";
import type { ModelClass } from "./model-class.js";
import { querySetOf } from "./query-set.js";
import { forgetOnes } from "./instances/loaded-ones.js";
import { baseSetOf } from "./query-set/default-set.js";
import { queryStateKey } from "./query/query-state.js";
import { beginConstruction, isCollecting } from "./schema/construction.js";
import { stateKey, stateOf, type Instance } from "./schema/instance-state.js";
import { installThroughMaker } from "./schema/many-to-many.js";
import { keyText } from "./schema/key-text.js";
import { installReferenceLoader } from "./schema/reference.js";
import { installModelRoots, isUnlisted, leaveUnlisted, schemaOf } from "./schema/schema-of.js";
import { makeThroughModel } from "./through-model.js";
import type { ColumnName, NewValues, SomeValues } from "./typing/creation.js";
import type { KeyOf } from "./typing/relation.js";
import { loadPrefetched } from "./query-set/load-prefetched.js";
import { installPrefetcher } from "./query-set/prefetcher.js";
import type { Where } from "./typing/where.js";
import type { Schema } from "./schema/schema.js";

/** Options of `refreshFromDb`. */
export interface RefreshOptions<Name extends string = string> {
  /** The fields to read. Default: all. */
  readonly fields?: readonly Name[];
  /** The alias of the database. Default: where the instance came from, else `default`. */
  readonly using?: string;
}

/** Options of `delete` of an instance. */
export interface DeleteOptions {
  /** The alias of the database. Default: where the instance came from, else `default`. */
  readonly using?: string;
  /** Leave the row of the model that this one extends, where that has a table of its own. Default false. */
  readonly keepParents?: boolean;
}

/** What the constructor of a model takes: checked where the model names itself, `extends Model<Room>`. */
export type InitialValues<Self> = unknown extends Self ? Readonly<Record<string, unknown>> : NewValues<Self>;

/**
 * A model without fields: for models with a primary key of their own.
 *
 * ```ts
 * class Country extends ModelBase {
 *   code = f.char({ maxLength: 2, primaryKey: true });
 * }
 * ```
 *
 * `Self` is the model itself, given where the compiler is to check what `new` is called with.
 */
export abstract class ModelBase<Self = unknown> extends ModelQueries {
  declare private readonly [stateKey]?: unknown;

  /** An instance that is not in the database until `save`. `create` makes and saves one. */
  constructor(values?: InitialValues<Self>) {
    super();
    const model = new.target as unknown as ModelClass;
    if (isCollecting(model)) return;
    const schema = schemaOf(model);
    const given = withParts(schema, values ?? {});
    refuseUnknownKeys(schema, given);
    const fieldValues = new Map(
      rowPlanOf(schema)
        .valuesOf(given)
        .map((value, index) => [schema.fields[index]?.name, value] as const),
    );
    beginConstruction(
      schema.constructionPlan.map((name) => {
        if (name === undefined) return undefined;
        const field = schema.fieldsByName.get(name);
        if (field === undefined) return withoutColumn(this, schema, name, values ?? {}, fieldValues);
        return heldValue(schema, field, fieldValues.get(name));
      }),
    );
  }

  /** The primary key, whatever its name; `undefined` until the instance is saved. */
  get pk(): KeyOf<this> {
    return schemaOfInstance(this).keyOf(this) as KeyOf<this>;
  }

  /** Whether the instance came from the database or was written to it. */
  get isSaved(): boolean {
    return stateOf(this) !== undefined;
  }

  /** Sets several fields at once; foreign keys take an instance, a reference or a key. Nothing is written. */
  assign(values: SomeValues<this>): this {
    const schema = schemaOfInstance(this);
    adoptReferences(schema, this);
    const given = withParts(schema, values);
    refuseUnknownKeys(schema, given);
    for (const field of schema.partedReferences) {
      const value = (values as Instance)[field.name];
      if (value !== undefined) assignParted(schema, field, this, value);
    }
    for (const [name, value] of Object.entries(given)) {
      const field = schema.field(name);
      inside(this)[field.name] = heldValue(schema, field, value);
    }
    return this;
  }

  /**
   * Writes the instance: changes its row, or inserts one if it has none. Rejects with `ValidationError` before
   * anything is written, and with what the database says (`UniqueViolation`, …).
   */
  async save(options: SaveOptions<ColumnName<this>> = {}): Promise<this> {
    await saveInstance(schemaOfInstance(this), inside(this), options);
    return this;
  }

  /**
   * Deletes the row, and what `onDelete` says of rows that refer to it. The instance keeps its values; saved again, it
   * is inserted again. Rejects with `ProtectedError`.
   */
  async delete(options: DeleteOptions = {}): Promise<Deleted> {
    const schema = schemaOfInstance(this);
    const database = writeDatabase(schema.model, options.using, stateOf(this)?.database);
    const set = querySetOf(schema).filterBy({ pk: keyOfSaved(schema, this, "deleted") });
    const deleted = await deleteRows(database, set[queryStateKey], this, options);
    inside(this)[stateKey] = undefined;
    return deleted;
  }

  /** Reads the row again, all fields (then prefetched sets are forgotten) or those named. Rejects with `DoesNotExist` when it is gone. */
  async refreshFromDb({ fields, using }: RefreshOptions<ColumnName<this>> = {}): Promise<this> {
    const schema = schemaOfInstance(this);
    const key = keyOfSaved(schema, this, "refreshed");
    adoptReferences(schema, this);
    const fresh = await baseSetOf(schema, { using: using ?? stateOf(this)?.database })
      .filterBy({ pk: key })
      .get();
    const wanted = fields?.flatMap((name) => fieldsNamed(schema, name)) ?? schema.fields;
    for (const { name } of wanted) inside(this)[name] = inside(fresh)[name];
    if (fields === undefined) {
      forgetPrefetched(this);
      forgetOnes(this, schema);
    }
    return this;
  }

  /**
   * Checks the instance as a form would, before it is saved: each field by itself (and that what it refers to is there),
   * then `clean`, then what must be unique, then the rules in `meta`. Rejects with `ValidationError`, which has all that
   * is wrong by field.
   */
  async fullClean(options: FullCleanOptions<ColumnName<this>> = {}): Promise<void> {
    const { exclude = [], validateUnique = true, validateConstraints = true, using } = options;
    const database = writeDatabase(schemaOfInstance(this).model, using, stateOf(this)?.database);
    adoptReferences(schemaOfInstance(this), this);
    const check = new InstanceCheck(database, schemaOfInstance(this), this, exclude);
    await check.fields();
    try {
      await this.clean();
    } catch (thrown) {
      if (!(thrown instanceof ValidationError)) throw thrown;
      check.issues.push(...thrown.issues);
    }
    if (validateUnique) await check.unique();
    if (validateConstraints) await check.constraints();
    check.finish();
  }

  /**
   * What `fullClean` checks beyond the fields: for a model to override. Throws what `this.invalid` gives:
   * `if (this.endsAt < this.startsAt) throw this.invalid({ endsAt: "is before it starts" });`
   */
  clean(): void | Promise<void> {}

  /** A `ValidationError` with a message for each field named; under `""` what is wrong with the whole. */
  invalid(messages: Readonly<Record<string, string>>, code = "invalid"): ValidationError {
    const schema = schemaOfInstance(this);
    const issues = Object.entries(messages).map(([name, message]) => {
      const field = name === "" ? "" : schema.field(name).name;
      return { code, message, field, value: field === "" ? undefined : inside(this)[field] };
    });
    return new ValidationError({ model: schema.name, issues });
  }

  /** What people call the value of a field with choices; the value as text where it has none. */
  display(name: ColumnName<this>): string {
    const field = schemaOfInstance(this).field(name);
    const value = inside(this)[name];
    if (value === null || value === undefined) return "";
    return field.choices?.get(value) ?? String(value);
  }

  /**
   * The row that comes next by the values of a field, and then by key: `message.getNextBy("sentAt", { room })` among
   * those that meet the lookups. Rejects with `DoesNotExist` for the last.
   */
  async getNextBy<const K extends string = never>(name: ColumnName<this>, where?: Where<this, {}, K>): Promise<this> {
    return (await neighbour(schemaOfInstance(this), this, { name, isNext: true, where: where ?? {} })) as this;
  }

  /** The row before this one; see `getNextBy`. */
  async getPreviousBy<const K extends string = never>(
    name: ColumnName<this>,
    where?: Where<this, {}, K>,
  ): Promise<this> {
    return (await neighbour(schemaOfInstance(this), this, { name, isNext: false, where: where ?? {} })) as this;
  }

  /** The next row in the order that `meta({ orderWithRespectTo })` keeps. Rejects with `DoesNotExist` for the last. */
  async getNextInOrder(): Promise<this> {
    return (await neighbourInOrder(schemaOfInstance(this), this, true)) as this;
  }

  /** The row before this one in that order. */
  async getPreviousInOrder(): Promise<this> {
    return (await neighbourInOrder(schemaOfInstance(this), this, false)) as this;
  }

  /** The values that people know the row by, as `getByNaturalKey` takes them; references of it are loaded. */
  async naturalKey(): Promise<readonly unknown[]> {
    return naturalKeyOf(schemaOfInstance(this), this);
  }

  /** Whether `other` is an instance of the same model with the same primary key. An unsaved one is like itself only. */
  isSame(other: unknown): boolean {
    if (other === this) return true;
    if (!(other instanceof ModelBase)) return false;
    if (schemaOfInstance(other).concrete !== schemaOfInstance(this).concrete) return false;
    return this.pk !== undefined && this.pk !== null && keyText(this.pk) === keyText(other.pk);
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    return `${this.constructor.name} ${inspect(Object.fromEntries(Object.entries(this)), options)}`;
  }
}

/**
 * A model: its class fields are its columns and relations, made with `f`, and the types of its queries follow from
 * them. It has a primary key `id` that the database counts up.
 *
 * ```ts
 * class Room extends Model {
 *   slug = f.slug({ unique: true });
 *   messages = f.reverse(() => Message, "room");
 * }
 * ```
 */
export abstract class Model<Self = unknown> extends ModelBase<Self> {
  id = f.auto();
}

function inside(instance: object): Instance {
  return instance as Instance;
}

function schemaOfInstance(instance: object): Schema {
  return schemaOf(instance.constructor as ModelClass);
}

function keyOfSaved(schema: Schema, instance: object, action: string): unknown {
  const key = schema.keyOf(instance);
  if (key === undefined || key === null) throw new NotSaved({ model: schema.name, action });
  return key;
}

installModelRoots([ModelBase, Model], addReverseSides);
installReferenceLoader(loadReference);
installThroughMaker((source, name, declaration) => {
  const links = makeThroughModel(Model, source, name, declaration);
  if (isUnlisted(source.model)) leaveUnlisted(links);
  setHome(links, homeOf(source.model));
  return links;
});
installPrefetcher(loadPrefetched);
