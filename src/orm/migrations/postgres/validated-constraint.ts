import type { ConstraintShape } from "../../backends/table-shape.js";
import { AddDefinition } from "../operations/definition-operations.js";
import { ModelOperation } from "../operations/model-operation.js";
import type { Operation, OperationCall, OperationRun } from "../operations/operation.js";
import { type Definition, nameOfDefinition } from "../state/definitions.js";
import { labelIn, type ModelStateOptions } from "../state/model-state.js";

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** See `addConstraintNotValid`. */
export class AddConstraintNotValid extends AddDefinition {
  override describe(): string {
    return `${super.describe()}, for new rows only`;
  }

  override async forwards(run: OperationRun): Promise<void> {
    if (run.database.engine !== "postgres") return super.forwards(run);
    const label = labelIn(run.app, this.model);
    const { name, constraints } = run.editor.shapeOf(run.to.schema(label));
    const before = new Set(run.editor.shapeOf(run.from.schema(label)).constraints.map((one) => one.name));
    const added = constraints.filter((one) => !before.has(one.name));
    for (const one of added) await run.editor.addConstraint(name, one, { notValid: canWait(one) });
  }

  override toCall(): OperationCall {
    return { name: "addConstraintNotValid", args: [this.model, this.definition] };
  }
}

/** PostgreSQL checks later what is a check or a foreign key; what is unique needs its index. */
function canWait({ kind }: ConstraintShape): boolean {
  return kind === "check" || kind === "foreignKey";
}

/** See `validateConstraint`. */
export class ValidateConstraint extends ModelOperation {
  readonly category = "alteration";
  /** The constraint, or the field whose foreign key it is. */
  readonly definition: Definition | string;

  constructor(model: string, definition: Definition | string) {
    super(model);
    this.definition = definition;
  }

  get #name(): string {
    return typeof this.definition === "string" ? this.definition : nameOfDefinition(this.definition);
  }

  describe(): string {
    return `Check the rows of ${this.model} against constraint ${this.#name}`;
  }

  override get nameFragment(): string {
    return `validate_${this.model.toLowerCase()}`;
  }

  subjects(app: string): readonly string[] {
    const label = labelIn(app, this.model);
    return [`${label}.${typeof this.definition === "string" ? "" : "constraint:"}${this.#name}`];
  }

  changeOptions(options: ModelStateOptions): ModelStateOptions {
    return options;
  }

  override async forwards({ app, database, editor, to }: OperationRun): Promise<void> {
    if (database.engine !== "postgres") return;
    const schema = to.schema(labelIn(app, this.model));
    const { name, constraints } = editor.shapeOf(schema);
    const { definition } = this;
    const isMeant = (one: ConstraintShape): boolean =>
      typeof definition === "string"
        ? one.kind === "foreignKey" && one.columns[0] === schema.field(definition).column
        : definition.name === undefined || one.name === definition.name;
    const waiting = await editor.ask(
      "SELECT conname::text FROM pg_constraint WHERE conrelid = to_regclass($1) AND NOT convalidated",
      [quote(name)],
    );
    const names = new Set(waiting.map(([constraint]) => constraint));
    for (const one of constraints) {
      if (isMeant(one) && names.has(one.name))
        await editor.run(`ALTER TABLE ${quote(name)} VALIDATE CONSTRAINT ${quote(one.name)}`);
    }
  }

  override async backwards(): Promise<void> {}

  override toCall(): OperationCall {
    return { name: "validateConstraint", args: [this.model, this.definition] };
  }
}

/**
 * Adds a constraint that holds for rows that are written from now on, and checks those that are there later, by
 * `validateConstraint` in a migration of its own: so the table is locked for a moment only. Elsewhere than in PostgreSQL
 * it is checked at once.
 */
export function addConstraintNotValid(model: string, definition: Definition): Operation {
  return new AddConstraintNotValid(model, definition);
}

/**
 * Checks the rows that were there before `addConstraintNotValid`, or before `addForeignKeyNotValid` of the field that is
 * named, while the table is written to.
 */
export function validateConstraint(model: string, definition: Definition | string): Operation {
  return new ValidateConstraint(model, definition);
}
