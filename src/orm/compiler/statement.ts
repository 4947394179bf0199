/** One parameter of a statement: where its value is among the query's values, and how the driver wants it. */
export interface Parameter {
  readonly index: number;
  readonly convert: ((value: unknown) => unknown) | undefined;
}

/** SQL text, ready to run as often as there are values for it. */
export interface Statement {
  readonly sql: string;
  /** In the order of the placeholders. */
  readonly parameters: readonly Parameter[];
  /** Whether it only reads, so that it may run beside a transaction that writes. */
  readonly access: "read" | "write";
  /** Whether it gives rows. */
  readonly hasRows: boolean;
  /** Whether integers of its rows are to come as bigints, because some may be more than a number holds. Default false. */
  readonly hasBigInts?: boolean;
  /**
   * Whether it is run once for each of its parameters, which are lists of values, all of them or none; the rows that it
   * gives are the keys of the new rows. Only where `DatabaseFeatures.canRepeat`. Default false.
   */
  readonly isRepeated?: boolean;
  /** Whether the names of its columns are asked for. Default false. */
  readonly tellsColumns?: boolean;
  /** Whether it is not worth keeping prepared: SQL that a program wrote itself. Default false. */
  readonly isOnce?: boolean;
}

/** The values that `statement` takes, in the order of its placeholders. */
export function bind({ parameters }: Statement, values: readonly unknown[]): unknown[] {
  const bound: unknown[] = [];
  // Not `map`: whoever writes thousands of rows binds each.
  for (let at = 0; at < parameters.length; at++) {
    const { index, convert } = parameters[at] as Parameter;
    const value = values[index];
    bound.push(convert === undefined || value === null ? value : convert(value));
  }
  return bound;
}
