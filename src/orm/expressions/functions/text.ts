import type { Argument, NullFrom } from "../../typing/result.js";
import { Expression } from "../expression.js";
import { nodeOf } from "../arguments.js";
import type { OutputName } from "../nodes.js";

type Text<A> = Expression<string, NullFrom<A, string>>;
type Whole<A> = Expression<number, NullFrom<A, number>>;

function call<V, R>(name: string, args: readonly Argument[], output: OutputName): Expression<V, R> {
  return new Expression({ kind: "function", name, args: args.map(nodeOf), output });
}

const constant = (value: string): Expression => new Expression({ kind: "value", value });

export const Lower = <const A extends Argument>(of: A): Text<A> => call("lower", [of], "text");
export const Upper = <const A extends Argument>(of: A): Text<A> => call("upper", [of], "text");
/** The number of characters. */
export const Length = <const A extends Argument>(of: A): Whole<A> => call("length", [of], "integer");
export const Trim = <const A extends Argument>(of: A): Text<A> => call("trim", [of], "text");
export const LTrim = <const A extends Argument>(of: A): Text<A> => call("ltrim", [of], "text");
export const RTrim = <const A extends Argument>(of: A): Text<A> => call("rtrim", [of], "text");
/** All of them in a row; null counts as nothing. A text itself is a `Value`. */
export const Concat = (...parts: readonly Argument[]): Expression<string, string> => call("concat", parts, "text");
/** From the character at `start`, counted from 1, as many as `length`, or all. */
export const Substr = <const A extends Argument>(of: A, start: number | Expression, length?: number | Expression) =>
  call<string, NullFrom<A, string>>("substr", length === undefined ? [of, start] : [of, start, length], "text");
/** The first `count` characters. */
export const Left = <const A extends Argument>(of: A, count: number | Expression): Text<A> =>
  call("left", [of, count], "text");
/** The last `count` characters. */
export const Right = <const A extends Argument>(of: A, count: number | Expression): Text<A> =>
  call("right", [of, count], "text");
/** `of` with each `text` replaced by `replacement`. */
export const Replace = <const A extends Argument>(of: A, text: string, replacement = ""): Text<A> =>
  call("replace", [of, constant(text), constant(replacement)], "text");
/** Filled at the left with `fill`, or cut, to `length` characters. */
export const LPad = <const A extends Argument>(of: A, length: number, fill = " "): Text<A> =>
  call("lpad", [of, length, constant(fill)], "text");
/** Filled at the right with `fill`, or cut, to `length` characters. */
export const RPad = <const A extends Argument>(of: A, length: number, fill = " "): Text<A> =>
  call("rpad", [of, length, constant(fill)], "text");
export const Repeat = <const A extends Argument>(of: A, count: number | Expression): Text<A> =>
  call("repeat", [of, count], "text");
export const Reverse = <const A extends Argument>(of: A): Text<A> => call("reverse", [of], "text");
/** Where `part` begins in `of`, counted from 1; 0 where it is not in there. A text itself is a `Value`. */
export const StrIndex = <const A extends Argument>(of: A, part: string | Expression): Whole<A> =>
  call("strindex", [of, part], "integer");
/** The character with a code. */
export const Chr = <const A extends Argument>(code: A): Text<A> => call("chr", [code], "text");
/** The code of the first character. */
export const Ord = <const A extends Argument>(of: A): Whole<A> => call("ord", [of], "integer");
/** Hashes, in hexadecimal. Not with libsql; `SHA1` needs the extension pgcrypto on PostgreSQL. */
export const MD5 = <const A extends Argument>(of: A): Text<A> => call("md5", [of], "text");
export const SHA1 = <const A extends Argument>(of: A): Text<A> => call("sha1", [of], "text");
export const SHA224 = <const A extends Argument>(of: A): Text<A> => call("sha224", [of], "text");
export const SHA256 = <const A extends Argument>(of: A): Text<A> => call("sha256", [of], "text");
export const SHA384 = <const A extends Argument>(of: A): Text<A> => call("sha384", [of], "text");
export const SHA512 = <const A extends Argument>(of: A): Text<A> => call("sha512", [of], "text");
