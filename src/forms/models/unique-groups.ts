import { describeModel, type ModelClass } from "../../orm/index.js";

const groups = new WeakMap<ModelClass, readonly (readonly string[])[]>();

/** The fields that are unique together, by what the model says. */
export function uniqueGroupsOf(model: ModelClass): readonly (readonly string[])[] {
  let known = groups.get(model);
  if (known === undefined) {
    const { constraints = [] } = describeModel(model).options as {
      readonly constraints?: readonly { readonly kind: string; readonly fields?: readonly string[] }[];
    };
    known = constraints.flatMap(({ kind, fields }) => (kind === "unique" && fields !== undefined ? [fields] : []));
    groups.set(model, known);
  }
  return known;
}
