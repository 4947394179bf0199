declare const problem: unique symbol;

/** A type that no value has. The compiler shows its sentence where a query cannot work. */
export interface TypeProblem<Sentence extends string> {
  readonly [problem]: Sentence;
}
