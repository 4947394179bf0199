import { IntField } from "../fields/numbers/int-field.js";

/** The place of a row among those of the same owner: it comes by itself, at the end. */
export class PlaceField extends IntField {
  /** The name of the field, and of its column. */
  static readonly fieldName = "_order";

  constructor() {
    // The default is for rows that are there when a migration adds the column.
    super({ default: 0, editable: false });
    this.bind(PlaceField.fieldName, PlaceField.fieldName);
  }

  override defaultValue(): undefined {
    return undefined;
  }
}
