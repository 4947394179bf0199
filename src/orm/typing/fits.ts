import type { Lookup } from "./lookup-path.js";
import type { TypeProblem } from "./type-problem.js";

/**
 * `unknown` where all that the condition `C` was made of fits `T` and `X`, otherwise a `TypeProblem`.
 *
 * To be used inside of `NoInfer`: without it, the compiler looks in it for what `C` could be whenever another overload
 * is meant, and that costs it more than all else in a query.
 */
export type Fits<T, X, C> = [Misfit<T, X, C>] extends [never] ? unknown : Misfit<T, X, C>;

type Misfit<T, X, C> = C extends unknown
  ? string extends keyof C
    ? never
    : { [P in keyof C]: FitOf<C[P], Lookup<T, X, P>, P> }[keyof C]
  : never;

type FitOf<V, L, P> = [L] extends [TypeProblem<string>]
  ? L
  : V extends L
    ? never
    : TypeProblem<`"${P & string}" cannot be compared with this value.`>;
