import type { ModelClass } from "../../model-class.js";

/** The other side of a relation, as a model declares it with `f.reverse` or `f.reverseOne`. It has no column. */
export class ReverseDeclaration {
  /** Gives the model that has the foreign key, or the relation of many to many. */
  readonly to: () => ModelClass;
  /** The name of that field. */
  readonly fieldName: string;
  /** Whether it leads to one row, as the other side of a one to one does. */
  readonly isOne: boolean;

  constructor(to: () => ModelClass, fieldName: string, isOne: boolean) {
    this.to = to;
    this.fieldName = fieldName;
    this.isOne = isOne;
  }
}
