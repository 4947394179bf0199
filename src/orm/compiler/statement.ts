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
   * How it is run for many rows: an insert of one row, whose values are then those of all rows, one row after the other.
   * Only where `DatabaseFeatures.canRepeat`. Default: it is run once.
   */
  readonly repetition?: Repetition;
  /** Whether the names of its columns are asked for. Default false. */
  readonly tellsColumns?: boolean;
  /** Whether it is not worth keeping prepared: SQL that a program wrote itself. Default false. */
  readonly isOnce?: boolean;
}

/** How an insert of one row is run for many. */
export interface Repetition {
  readonly rowCount: number;
  /** The same insert for several rows at once, that of most rows first. */
  readonly wide: readonly WideInsert[];
  /** The table that counts the keys of its new rows, where they are asked for. */
  readonly counting: string | undefined;
}

/** An insert of so many rows at once. */
export interface WideInsert {
  readonly rows: number;
  readonly sql: string;
}

/** The values that `statement` takes, in the order of its placeholders. They are added to `bound`. */
export function bind(
  { parameters }: Pick<Statement, "parameters">,
  values: readonly unknown[],
  bound: unknown[] = [],
): unknown[] {
  // Not `map`: whoever writes thousands of rows binds each.
  for (let at = 0; at < parameters.length; at++) {
    const { index, convert } = parameters[at] as Parameter;
    const value = values[index];
    bound.push(convert === undefined || value === null ? value : convert(value));
  }
  return bound;
}
