const none: readonly object[] = [];

/** The references of one foreign key, by what is in its column. All of them are loaded. */
export interface SharedReferences {
  readonly relation: object;
  readonly byKey: ReadonlyMap<unknown, object>;
}

/**
 * Where an instance came from. Rows of one result share one state, so that it costs each of them a single slot.
 * An instance without a state is not in a database yet.
 */
export class InstanceState {
  /** The alias of the database it was read from or written to. */
  readonly database: string;
  /** All rows of the same result, for loading a reference of one of them for all. */
  rows: readonly object[] = none;

  /** The fields that were not loaded; `undefined` where all were. */
  readonly deferred: ReadonlySet<string> | undefined;
  /** Whether references that are not loaded may not be. */
  readonly isStrict: boolean;

  /** References that its rows share, as what they refer to is at hand already. Set before there are rows. */
  shared: SharedReferences | undefined;

  constructor(database: string, deferred?: ReadonlySet<string>, isStrict = false) {
    this.database = database;
    this.deferred = deferred;
    this.isStrict = isStrict;
  }

  addRow(row: object): void {
    if (this.rows === none) this.rows = [row];
    else (this.rows as object[]).push(row);
  }
}

/** The slot of an instance that holds its state. A symbol, so that no field and no JSON meets it. */
export const stateKey: unique symbol = Symbol("hotclub.orm.state");

/** An instance of a model, as the inside of the ORM sees it. */
export interface Instance {
  [name: string]: unknown;
  [stateKey]?: InstanceState | undefined;
}

/** The state of `instance`; `undefined` when it was not saved. */
export function stateOf(instance: object): InstanceState | undefined {
  return (instance as Instance)[stateKey];
}
