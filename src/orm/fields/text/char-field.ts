import { TextField, type TextOptions, type TextType } from "./text-field.js";

/** A short text; the database limits its length too. */
export class CharField extends TextField {
  override readonly typeName: string = "char";

  override get columnType(): TextType {
    const type = super.columnType;
    return this.maxLength === undefined ? type : { ...type, maxLength: this.maxLength };
  }
}

/** Options of `f.char`. */
export interface CharOptions extends TextOptions {}
