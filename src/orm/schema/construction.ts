import { FieldOutsideModel, ModelInvalid } from "../errors.js";
import type { Field } from "../fields/field.js";
import type { ManyToManyDeclaration } from "../fields/relations/many-to-many-declaration.js";
import type { ReverseDeclaration } from "../fields/relations/reverse-declaration.js";

/** What a function of `f` gives while a model is being looked at. */
export type Declaration = Field | ReverseDeclaration | ManyToManyDeclaration;

/** A model class, as far as making instances goes. */
export type Constructible = new () => object;

/**
 * Class fields are the schema, and they run at every `new`. So the functions of `f` work in two ways: while a model is
 * being looked at they give declarations, and while an instance is made they give that instance's values, in the same
 * order. Rows that come from the database are not made in this way at all: see `row-constructor.ts`.
 */
interface Collection {
  readonly model: Constructible;
  readonly declarations: Declaration[];
}

interface Construction {
  readonly values: readonly unknown[];
  next: number;
}

let collection: Collection | undefined;

/** Instances whose class fields are running, innermost last: an initialiser may make another instance. */
const constructions: Construction[] = [];

/** More than any nesting of initialisers. What is below was left behind by initialisers that threw. */
const maxConstructions = 64;

/** Called by each function of `f` that leads to another model, which must be given by a function: it may come later. */
export function declareRelation(type: string, to: unknown, make: () => Declaration): unknown {
  return declare(type, () => {
    const isGivenByFunction = typeof to === "function" && !/^class\b/.test(Function.prototype.toString.call(to));
    if (isGivenByFunction) return make();
    throw new ModelInvalid({
      model: collection?.model.name ?? "",
      problem: `has f.${type}(${typeof to === "function" ? to.name : JSON.stringify(to)}): give a function that gives the model, as in f.${type}(() => User)`,
    });
  });
}

/** Called by each function of `f`. */
export function declare(type: string, make: () => Declaration): unknown {
  if (collection !== undefined) {
    const declaration = make();
    collection.declarations.push(declaration);
    return declaration;
  }
  const construction = constructions.at(-1);
  if (construction === undefined) throw new FieldOutsideModel({ type });
  const value = construction.values[construction.next++];
  if (construction.next === construction.values.length) constructions.pop();
  return value;
}

/** Whether the class fields of `model` are being looked at; if so, its constructor has nothing to do. */
export function isCollecting(model: { readonly name: string }): boolean {
  if (collection === undefined) return false;
  if (collection.model === model) return true;
  throw new ModelInvalid({
    model: model.name,
    problem: "was instantiated while the fields of another model are being defined; give a function as the default",
  });
}

/** Says what the functions of `f` are to give for the instance whose class fields run next, one value for each call. */
export function beginConstruction(values: readonly unknown[]): void {
  if (constructions.length === maxConstructions) constructions.length = 0;
  constructions.push({ values, next: 0 });
}

/** What the class fields of `model` declare, in the order in which they run, and the instance they left. */
export function collectDeclarations(model: Constructible): { declarations: Declaration[]; instance: object } {
  const outer = collection;
  const declarations: Declaration[] = [];
  collection = { model, declarations };
  try {
    return { declarations, instance: new model() };
  } finally {
    collection = outer;
  }
}
