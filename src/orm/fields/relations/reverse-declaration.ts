import type { ModelClass } from "../../model-class.js";

/** The other side of a foreign key, as a model declares it with `f.reverse`. It has no column. */
export class ReverseDeclaration {
  /** Gives the model that has the foreign key. */
  readonly to: () => ModelClass;
  /** The name of that foreign key. */
  readonly fieldName: string;

  constructor(to: () => ModelClass, fieldName: string) {
    this.to = to;
    this.fieldName = fieldName;
  }
}
