import { type Home, setHome } from "../../database/routing.js";
import type { FieldDescription } from "../../fields/description.js";
import { fieldOf } from "../../fields/field-of.js";
import { ManyToManyDeclaration, type ManyToManyOptions } from "../../fields/relations/many-to-many-declaration.js";
import type { Meta } from "../../meta.js";
import type { ModelClass } from "../../model-class.js";
import { ModelBase } from "../../model.js";
import { declare } from "../../schema/construction.js";
import { leaveUnlisted, schemaOf } from "../../schema/schema-of.js";
import type { Schema } from "../../schema/schema.js";
import { isSwappedOut } from "../../swaps.js";
import { MigrationStateInvalid } from "../errors.js";
import type { ModelState } from "./model-state.js";
import type { ProjectState } from "./project-state.js";

/** Models as they were at one point of the history: classes made from its state, each when it is first asked for. */
export class HistoricalModels {
  readonly state: ProjectState;
  readonly #models = new Map<string, ModelClass>();
  readonly #home: Home = { alias: undefined };

  /** `state` must not be changed afterwards. */
  constructor(state: ProjectState) {
    this.state = state;
  }

  /** The model called `chat.Room`. Throws `MigrationStateInvalid`. */
  model(label: string): ModelClass {
    const known = this.#models.get(label);
    if (known !== undefined) return known;
    const model = this.#make(this.state.get(label));
    this.#models.set(label, model);
    return model;
  }

  /** Lets the queries of all these models go to one database. */
  moveTo(alias: string): this {
    this.#home.alias = alias;
    return this;
  }

  schema(label: string): Schema {
    return schemaOf(this.model(label));
  }

  #make({ app, name, fields, options }: ModelState): ModelClass {
    const find = (label: string) => this.model(label);
    const makers = [...fields].map(([fieldName, description]) => {
      const make = () => {
        if (description.type === "manyToMany") return this.#linksOf(description);
        // A description says that there is an index, and nothing where there is none; some types have one by default.
        const field = fieldOf({ ...description, options: { dbIndex: false, ...description.options } }, find);
        if (field !== undefined) return field;
        const problem = `${app}.${name}.${fieldName} is of the type ${JSON.stringify(description.type)}, which is not known; call registerFieldType for it before migrations are loaded`;
        throw new MigrationStateInvalid({ problem });
      };
      return { fieldName, type: description.type, make };
    });
    // As a class that is written down: its fields run at each `new`, in their order.
    const model = class extends ModelBase {
      static readonly meta = (isSwappedOut(`${app}.${name}`) ? { ...options, managed: false } : options) as Meta;

      constructor(values?: Readonly<Record<string, unknown>>) {
        super(values);
        for (const { fieldName, type, make } of makers) {
          const value = declare(type, make);
          Object.defineProperty(this, fieldName, { value, writable: true, enumerable: true, configurable: true });
        }
      }
    };
    Object.defineProperty(model, "name", { value: name });
    leaveUnlisted(model);
    setHome(model, this.#home);
    schemaOf(model).joinApp(app);
    return model;
  }

  #linksOf({ to = "", options }: FieldDescription): ManyToManyDeclaration {
    const { through, ...others } = options;
    const given = typeof through === "string" ? { through: () => this.model(through) } : {};
    return new ManyToManyDeclaration(() => this.model(to), { ...(others as ManyToManyOptions), ...given });
  }
}
