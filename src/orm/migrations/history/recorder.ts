import type { SchemaEditor } from "../../backends/schema-editor.js";

/** What a database knows of one migration. */
export interface MigrationRecord {
  readonly key: string;
  /** When it was applied, as ISO 8601; `undefined` for one that was cut short, step by step. */
  readonly appliedAt: string | undefined;
  /** How many of its operations are done, of one that goes step by step. */
  readonly done: number;
}

const table = '"hotclub_migrations"';

/**
 * The table that says which migrations a database has had. A migration that is one transaction is written down in that
 * transaction; of one that goes step by step, each step is.
 */
export class Recorder {
  readonly #editor: Pick<SchemaEditor, "ask" | "run" | "columnsOf">;
  readonly #placeholder: (position: number) => string;

  constructor(editor: Pick<SchemaEditor, "ask" | "run" | "columnsOf">, placeholder: (position: number) => string) {
    this.#editor = editor;
    this.#placeholder = placeholder;
  }

  async ensureTable(): Promise<void> {
    if ((await this.#editor.columnsOf("hotclub_migrations")) !== undefined) return;
    await this.#editor.run(
      `CREATE TABLE IF NOT EXISTS ${table} (app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied_at varchar(30), done integer NOT NULL, PRIMARY KEY (app, name))`,
    );
  }

  /** Everything that is written down, by key; nothing where there is no table yet. */
  async read(): Promise<ReadonlyMap<string, MigrationRecord>> {
    if ((await this.#editor.columnsOf("hotclub_migrations")) === undefined) return new Map();
    const rows = await this.#editor.ask(
      `SELECT app, name, applied_at, done FROM ${table} ORDER BY applied_at, app, name`,
    );
    return new Map(rows.map((row) => [`${String(row[0])}.${String(row[1])}`, recordOf(row)]));
  }

  async one(key: string): Promise<MigrationRecord | undefined> {
    const [app, name] = split(key);
    const [row] = await this.#editor.ask(
      `SELECT app, name, applied_at, done FROM ${table} WHERE app = ${this.#placeholder(1)} AND name = ${this.#placeholder(2)}`,
      [app, name],
    );
    return row === undefined ? undefined : recordOf(row);
  }

  async recordApplied(key: string): Promise<void> {
    await this.#write(key, new Date().toISOString(), 0);
  }

  /** Says that the first `done` operations are done, of a migration that goes step by step. */
  async recordProgress(key: string, done: number): Promise<void> {
    await this.#write(key, null, done);
  }

  async #write(key: string, appliedAt: string | null, done: number): Promise<void> {
    await this.remove(key);
    const places = [1, 2, 3, 4].map((place) => this.#placeholder(place)).join(", ");
    await this.#editor.run(`INSERT INTO ${table} (app, name, applied_at, done) VALUES (${places})`, [
      ...split(key),
      appliedAt,
      done,
    ]);
  }

  async remove(key: string): Promise<void> {
    await this.#editor.run(
      `DELETE FROM ${table} WHERE app = ${this.#placeholder(1)} AND name = ${this.#placeholder(2)}`,
      split(key),
    );
  }
}

function split(key: string): [app: string, name: string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}

function recordOf([app, name, appliedAt, done]: readonly unknown[]): MigrationRecord {
  return {
    key: `${String(app)}.${String(name)}`,
    appliedAt: typeof appliedAt === "string" ? appliedAt : undefined,
    done: Number(done),
  };
}
