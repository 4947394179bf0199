import type { ModelClass } from "../../model-class.js";
import type { LimitedChoices } from "./limited-choices.js";
import { describeOptions, type FieldDescription } from "../description.js";

/** Options of `f.manyToMany`. */
export interface ManyToManyOptions {
  /** The model whose rows are the links, where they are to have fields of their own. Default: one made by Hotclub. */
  readonly through?: () => ModelClass;
  /** The two foreign keys of `through`, to this model and to the other, where it has more than one to either. */
  readonly throughFields?: readonly [toThis: string, toOther: string];
  /** Whether a link goes both ways, in a relation of a model to itself. Default true. */
  readonly symmetrical?: boolean;
  /** The name of the table that Hotclub makes for the links. */
  readonly dbTable?: string;
  /** Whether the database checks that linked rows are there. Default true. */
  readonly dbConstraint?: boolean;
  /** Whether `fullClean` of a form takes no members at all. Default false. */
  readonly blank?: boolean;
  /** The lookups, or the `Q`, that rows must meet to be offered by forms and the admin. */
  readonly limitChoicesTo?: LimitedChoices;
  /** Whether forms and the admin let people change the members. Default true. */
  readonly editable?: boolean;
  /** What people call the relation, for forms and the admin. */
  readonly verboseName?: string;
  /** A sentence that explains it, for forms and the admin. */
  readonly helpText?: string;
}

/** A relation of any number of rows to any number of others, as a model declares it. It has no column. */
export class ManyToManyDeclaration {
  readonly typeName = "manyToMany";
  readonly to: () => ModelClass;
  readonly options: ManyToManyOptions;

  constructor(to: () => ModelClass, options: ManyToManyOptions = {}) {
    this.to = to;
    this.options = options;
  }

  /** The declaration as data; `label` is that of a model. */
  describe(label: (model: ModelClass) => string): FieldDescription {
    const { through, ...options } = this.options;
    const { type, options: told } = describeOptions(this.typeName, {
      ...options,
      ...(through !== undefined && { through: label(through()) }),
    });
    return { type, options: told, to: label(this.to()) };
  }
}
