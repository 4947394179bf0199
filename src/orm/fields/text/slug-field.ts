import { CharField, type CharOptions } from "./char-field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.slug`. */
export interface SlugOptions extends CharOptions {
  /** Allow letters and digits of all scripts. Default false: ASCII only. */
  readonly allowUnicode?: boolean;
}

/** A part of a URL: letters, digits, `-` and `_`. At most 50 characters unless `maxLength` says otherwise; indexed. */
export class SlugField extends CharField {
  override readonly typeName = "slug";
  readonly #pattern: RegExp;

  constructor(options: SlugOptions = {}) {
    super({ maxLength: 50, dbIndex: true, ...options });
    this.#pattern = options.allowUnicode === true ? /^[-\p{L}\p{N}_]+$/u : /^[-a-zA-Z0-9_]+$/;
  }

  override validate(value: string): void {
    super.validate(value);
    if (!this.#pattern.test(value)) {
      refuse("invalid", `is not a slug (letters, digits, - and _ only): ${show(value)}`);
    }
  }
}
