import { type ModelClass, type ModelField, modelOptions, type ModelOptions } from "../../orm/index.js";
import { AdminInvalid } from "../errors.js";

/** What the admin goes by, of a model that an app lists. */
export interface ModelFacts {
  readonly model: ModelClass;
  readonly options: ModelOptions;
  readonly label: string;
  readonly appName: string;
  /** The step of the admin's URLs, and the end of permissions: `room`. */
  readonly urlName: string;
  readonly verboseName: string;
  readonly verboseNamePlural: string;
  readonly keyName: string;
}

const known = new WeakMap<ModelClass, ModelFacts>();

/** The facts about `model`. Throws `AdminInvalid` for one of no app, or with a key of several columns. */
export function factsOf(model: ModelClass): ModelFacts {
  const made = known.get(model) ?? makeFacts(model);
  known.set(model, made);
  return made;
}

function makeFacts(model: ModelClass): ModelFacts {
  const options = modelOptions(model);
  const { appName, label, name, verboseName, verboseNamePlural, keyFields } = options;
  if (appName === undefined) {
    throw new AdminInvalid({ model: name, problem: "needs an app; list the model among the models of one" });
  }
  const [key, another] = keyFields;
  if (key === undefined || another !== undefined) {
    throw new AdminInvalid({ model: label, problem: "needs a primary key of one column" });
  }
  const urlName = name.toLowerCase();
  return { model, options, label, appName, urlName, verboseName, verboseNamePlural, keyName: key.name };
}

/** The field of `model` that `path` leads to along foreign keys, or `undefined` where it leads to none. */
export function fieldAt(model: ModelClass, path: string): ModelField | undefined {
  const [name = "", ...rest] = path.split("__");
  const options = modelOptions(model);
  if (name !== "pk" && !options.has(name)) return undefined;
  const field = options.field(name);
  if (rest.length === 0) return field;
  const { relation } = field;
  return relation === undefined ? undefined : fieldAt(relation.model, rest.join("__"));
}

/** What people call a choice of `field`; `undefined` where it has no choices, or not this one. */
export function choiceLabel(field: ModelField | undefined, value: unknown): string | undefined {
  return field?.choices?.find((choice) => choice.value === value)?.label;
}
