import type { Argument, ArgumentResult, NullFrom } from "../../typing/result.js";
import { nodeOf } from "../arguments.js";
import { Expression } from "../expression.js";
import type { FunctionExpression } from "../nodes.js";

type Number_<A> = Expression<number, NullFrom<A, number>>;

function call<V, R>(
  name: string,
  args: readonly Argument[],
  output: FunctionExpression["output"] = "float",
): Expression<V, R> {
  return new Expression({ kind: "function", name, args: args.map(nodeOf), output });
}

export const Abs = <const A extends Argument>(of: A): Expression<number, ArgumentResult<A>> =>
  call("abs", [of], "same");
export const Sign = <const A extends Argument>(of: A): Number_<A> => call("sign", [of]);
export const Ceil = <const A extends Argument>(of: A): Number_<A> => call("ceil", [of]);
export const Floor = <const A extends Argument>(of: A): Number_<A> => call("floor", [of]);
/** To so many digits after the point, 0 unless given; halves go away from zero. A decimal stays one. */
export const Round = <const A extends Argument>(of: A, digits = 0): Expression<number, ArgumentResult<A>> =>
  call("round", [of, digits], "same");
export const Sqrt = <const A extends Argument>(of: A): Number_<A> => call("sqrt", [of]);
export const Exp = <const A extends Argument>(of: A): Number_<A> => call("exp", [of]);
export const Ln = <const A extends Argument>(of: A): Number_<A> => call("ln", [of]);
export const Log = <const A extends Argument>(base: Argument, of: A): Number_<A> => call("log", [base, of]);
export const Power = <const A extends Argument>(of: A, exponent: Argument): Number_<A> => call("power", [of, exponent]);
export const Mod = <const A extends Argument>(of: A, divisor: Argument): Number_<A> => call("mod", [of, divisor]);
export const Sin = <const A extends Argument>(of: A): Number_<A> => call("sin", [of]);
export const Cos = <const A extends Argument>(of: A): Number_<A> => call("cos", [of]);
export const Tan = <const A extends Argument>(of: A): Number_<A> => call("tan", [of]);
export const Cot = <const A extends Argument>(of: A): Number_<A> => call("cot", [of]);
export const ASin = <const A extends Argument>(of: A): Number_<A> => call("asin", [of]);
export const ACos = <const A extends Argument>(of: A): Number_<A> => call("acos", [of]);
export const ATan = <const A extends Argument>(of: A): Number_<A> => call("atan", [of]);
export const ATan2 = <const A extends Argument>(y: A, x: Argument): Number_<A> => call("atan2", [y, x]);
export const Degrees = <const A extends Argument>(of: A): Number_<A> => call("degrees", [of]);
export const Radians = <const A extends Argument>(of: A): Number_<A> => call("radians", [of]);
export const Pi = (): Expression<number, number> => call("pi", []);
/** A number from 0 up to and not with 1, another one for each row. */
export const Random = (): Expression<number, number> => call("random", []);
