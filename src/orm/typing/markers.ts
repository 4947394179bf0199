declare const atPath: unique symbol;
declare const madeOf: unique symbol;
declare const counted: unique symbol;
declare const meanAt: unique symbol;

/** The type of an expression that gives what is at a path of the model it will be used with. In types only. */
export interface AtPath<P extends string> {
  readonly [atPath]: P;
}

/** The type of an expression that gives a `V`, made of what is at a path: null where that may be null. */
export interface MadeOf<P extends string, V> {
  readonly [madeOf]: readonly [P, V];
}

/** The type of an expression that gives a `V` whatever is at a path, as long as there is such a path. */
export interface CountedAt<P extends string, V> {
  readonly [counted]: readonly [P, V];
}

/** The type of a mean of what is at a path: a decimal of decimals, a number of all else. */
export interface MeanAt<P extends string> {
  readonly [meanAt]: P;
}
