import { Operation, type OperationCall, type OperationRun } from "../operations/operation.js";

/** Options of `createCollation`. */
export interface CollationOptions {
  /** The locale, as the provider names it: `und-u-ks-level2`. */
  readonly locale: string;
  /** Default `libc`. */
  readonly provider?: "libc" | "icu";
  /** Whether strings that are equal are the same bytes. Default true. */
  readonly deterministic?: boolean;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** See `createCollation` and `removeCollation`. */
export class CollationOperation extends Operation {
  readonly verb: "create" | "remove";
  readonly name: string;
  readonly options: CollationOptions;

  constructor(verb: "create" | "remove", name: string, options: CollationOptions) {
    super();
    this.verb = verb;
    this.name = name;
    this.options = options;
  }

  get category(): "addition" | "removal" {
    return this.verb === "create" ? "addition" : "removal";
  }

  describe(): string {
    return `${this.verb === "create" ? "Create" : "Remove"} collation ${this.name}`;
  }

  override get nameFragment(): string {
    return `${this.verb}_collation_${this.name.toLowerCase()}`;
  }

  subjects(): readonly string[] {
    return [`collation ${this.name}`];
  }

  changeState(): void {}

  forwards(run: OperationRun): Promise<void> {
    return this.verb === "create" ? this.#create(run) : this.#remove(run);
  }

  backwards(run: OperationRun): Promise<void> {
    return this.verb === "create" ? this.#remove(run) : this.#create(run);
  }

  async #create({ database, editor }: OperationRun): Promise<void> {
    if (database.engine !== "postgres") return;
    const { locale, provider = "libc", deterministic = true } = this.options;
    await editor.run(
      `CREATE COLLATION ${quote(this.name)} (provider = ${provider}, locale = ${literal(locale)}, deterministic = ${String(deterministic)})`,
    );
  }

  async #remove({ database, editor }: OperationRun): Promise<void> {
    if (database.engine === "postgres") await editor.run(`DROP COLLATION ${quote(this.name)}`);
  }

  override toCall(): OperationCall {
    return { name: `${this.verb}Collation`, args: [this.name, this.options] };
  }
}

/** Makes a collation in PostgreSQL. Does nothing on other databases. */
export function createCollation(name: string, options: CollationOptions): Operation {
  return new CollationOperation("create", name, options);
}

/** Removes a collation; `options` say how to make it again. */
export function removeCollation(name: string, options: CollationOptions): Operation {
  return new CollationOperation("remove", name, options);
}
