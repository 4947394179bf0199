import { f } from "./fields/f/f.js";
import type { ManyToManyDeclaration } from "./fields/relations/many-to-many-declaration.js";
import { unique } from "./definitions.js";
import { meta } from "./meta.js";
import type { ModelClass } from "./model-class.js";
import { snakeCase } from "./schema/naming.js";
import type { Schema } from "./schema/schema.js";

/** A class that models of links extend. */
type Base = new (values?: never) => Record<string, unknown>;

/**
 * The model of the links of a relation of many to many for which no model was given: two foreign keys, called after
 * the two models, and no two rows alike. Its name is `Room_members`, and its table `chat_room_members`.
 */
export function makeThroughModel(
  base: ModelClass,
  source: Schema,
  name: string,
  declaration: ManyToManyDeclaration,
): ModelClass {
  const target = declaration.to();
  const { dbTable = `${source.table}_${snakeCase(name)}`, dbConstraint = true } = declaration.options;
  const [near, far] =
    lowerFirst(target.name) === lowerFirst(source.name)
      ? [`from${source.name}`, `to${source.name}`]
      : [lowerFirst(source.name), lowerFirst(target.name)];
  const managed = source.meta.managed !== false;
  const className = `${source.name}_${name}`;
  const { [className]: model } = {
    [className]: class extends (base as unknown as Base) {
      static readonly meta = meta({ dbTable, constraints: [unique(near, far)], ...(managed ? {} : { managed }) });

      constructor(values?: never) {
        super(values);
        // Class fields whose names are known only here.
        this[near] = f.foreignKey(() => source.model, { onDelete: "cascade", dbConstraint });
        this[far] = f.foreignKey(() => target, { onDelete: "cascade", dbConstraint });
      }
    },
  };
  return model as unknown as ModelClass;
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
