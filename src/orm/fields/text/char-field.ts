import { TextField, type TextOptions } from "./text-field.js";

/** A short text; the database limits its length too. */
export class CharField extends TextField {
  override readonly typeName: string = "char";

  override get columnType(): { readonly kind: "text"; readonly maxLength?: number } {
    return this.maxLength === undefined ? { kind: "text" } : { kind: "text", maxLength: this.maxLength };
  }
}

/** Options of `f.char`. */
export interface CharOptions extends TextOptions {}
