import type { ColumnType } from "../column-type.js";
import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.text`. */
export interface TextOptions extends FieldOptions<string> {
  /** The greatest length, in characters (Unicode code points). Checked before writing. */
  readonly maxLength?: number;
  /** The collation that the database compares the column by, by its name there. */
  readonly dbCollation?: string;
}

/** How a column keeps text. */
export type TextType = Extract<ColumnType, { kind: "text" }>;

/** In every Node that is supported, and not yet in the library that TypeScript is told of. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** Text of any length. Numbers are converted. */
export class TextField extends Field<string> {
  readonly typeName: string = "text";
  readonly lookupKind = "text";
  readonly maxLength: number | undefined;
  readonly #collation: string | undefined;

  constructor(options: TextOptions = {}) {
    super(options);
    this.maxLength = options.maxLength;
    this.#collation = options.dbCollation;
  }

  get columnType(): TextType {
    return this.#collation === undefined ? { kind: "text" } : { kind: "text", collation: this.#collation };
  }

  override toValue(value: unknown): string {
    if (typeof value === "string") {
      // PostgreSQL has no NUL in text, and both drivers would write U+FFFD for half of a surrogate pair, unasked.
      if (value.includes("\0")) refuse("null_characters", "contains the character NUL, which databases cannot keep");
      if (!isWellFormed(value)) refuse("invalid", "contains half of a surrogate pair, which is no character");
      return value;
    }
    if (typeof value === "number" || typeof value === "bigint") return String(value);
    return refuse("invalid", `is not text: ${show(value)}`);
  }

  override validate(value: string): void {
    const limit = this.maxLength;
    if (limit === undefined || value.length <= limit) return;
    // `length` counts UTF-16 units and databases count characters, so only a text that is over by units is counted.
    const length = Array.from(value).length;
    if (length > limit) {
      refuse("max_length", `is longer than ${limit} characters; it has ${length}`, { limit, length });
    }
  }
}
