import { shortName } from "../../schema/naming.js";
import { Operation, type OperationCall, type OperationRun } from "../operations/operation.js";
import type { HistoricalModels } from "../state/historical-models.js";
import { labelIn } from "../state/model-state.js";

/** The channel of `NOTIFY` that change messages go to. */
export const changeChannel = "hotclub_changes";

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** See `addChangeTrigger` and `removeChangeTrigger`. */
export class ChangeTriggerOperation extends Operation {
  readonly verb: "add" | "remove";
  readonly model: string;

  constructor(verb: "add" | "remove", model: string) {
    super();
    this.verb = verb;
    this.model = model;
  }

  get category(): "addition" | "removal" {
    return this.verb === "add" ? "addition" : "removal";
  }

  describe(): string {
    return this.verb === "add" ? `Tell of changes of ${this.model}` : `Tell no more of changes of ${this.model}`;
  }

  override get nameFragment(): string {
    return `${this.verb}_changes_${this.model.toLowerCase()}`;
  }

  subjects(app: string): readonly string[] {
    return [`${labelIn(app, this.model)}.trigger`];
  }

  changeState(): void {}

  forwards(run: OperationRun): Promise<void> {
    return this.verb === "add" ? this.#create(run, run.to) : this.#drop(run, run.from);
  }

  backwards(run: OperationRun): Promise<void> {
    return this.verb === "add" ? this.#drop(run, run.from) : this.#create(run, run.to);
  }

  async #create({ app, database, editor }: OperationRun, models: HistoricalModels): Promise<void> {
    if (database.engine !== "postgres") return;
    const label = labelIn(app, this.model);
    const { table, primaryKey } = models.schema(label);
    const name = triggerName(table);
    const key = quote(primaryKey.column);
    // The key alone: a message of NOTIFY has at most 8000 bytes, and whoever listens reads the row as it is by then.
    await editor.run(`CREATE OR REPLACE FUNCTION ${quote(name)}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM pg_notify(${literal(changeChannel)}, json_build_object('model', ${literal(label)}, 'operation', lower(TG_OP), 'key',
    CASE TG_OP WHEN 'DELETE' THEN OLD.${key} ELSE NEW.${key} END)::text);
  RETURN NULL;
END $body$`);
    await editor.run(
      `CREATE TRIGGER ${quote(name)} AFTER INSERT OR UPDATE OR DELETE ON ${quote(table)} FOR EACH ROW EXECUTE FUNCTION ${quote(name)}()`,
    );
  }

  async #drop({ app, database, editor }: OperationRun, models: HistoricalModels): Promise<void> {
    if (database.engine !== "postgres") return;
    const { table } = models.schema(labelIn(app, this.model));
    const name = triggerName(table);
    await editor.run(`DROP TRIGGER IF EXISTS ${quote(name)} ON ${quote(table)}`);
    await editor.run(`DROP FUNCTION IF EXISTS ${quote(name)}()`);
  }

  override toCall(): OperationCall {
    return { name: `${this.verb}ChangeTrigger`, args: [this.model] };
  }
}

function triggerName(table: string): string {
  return shortName(table, [], "changes");
}

/**
 * Lets PostgreSQL tell of each change of a model's rows by `NOTIFY hotclub_changes`, also of those that go around
 * Hotclub: `{"model":"chat.Room","operation":"update","key":7}`, sent when the transaction commits. Does nothing on
 * other databases.
 */
export function addChangeTrigger(model: string): Operation {
  return new ChangeTriggerOperation("add", model);
}

/** Takes `addChangeTrigger` back. */
export function removeChangeTrigger(model: string): Operation {
  return new ChangeTriggerOperation("remove", model);
}
