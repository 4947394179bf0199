import { Operation, type OperationCall, type OperationRun } from "../operations/operation.js";

/** Extensions that come with PostgreSQL; any other name can be given too. */
export type PostgresExtension =
  | "bloom"
  | "btree_gin"
  | "btree_gist"
  | "citext"
  | "hstore"
  | "pg_trgm"
  | "pgcrypto"
  | "unaccent"
  | (string & {});

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** See `createExtension`. */
export class CreateExtension extends Operation {
  readonly category = "addition";
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  describe(): string {
    return `Create extension ${this.name}`;
  }

  override get nameFragment(): string {
    return `create_extension_${this.name}`;
  }

  subjects(): readonly string[] {
    return [`extension ${this.name}`];
  }

  changeState(): void {}

  async forwards({ database, editor }: OperationRun): Promise<void> {
    if (database.engine === "postgres") await editor.run(`CREATE EXTENSION IF NOT EXISTS ${quote(this.name)}`);
  }

  async backwards({ database, editor }: OperationRun): Promise<void> {
    if (database.engine === "postgres") await editor.run(`DROP EXTENSION IF EXISTS ${quote(this.name)}`);
  }

  override toCall(): OperationCall {
    return { name: "createExtension", args: [this.name] };
  }
}

/** Makes an extension of PostgreSQL available, such as `pg_trgm`. Does nothing on other databases. */
export function createExtension(name: PostgresExtension): Operation {
  return new CreateExtension(name);
}
