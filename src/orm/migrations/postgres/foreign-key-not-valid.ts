import { MigrationStateInvalid } from "../errors.js";
import { alterTable } from "../operations/alter-table.js";
import { FieldOperation, withFields } from "../operations/field-operation.js";
import type { Operation, OperationCall, OperationRun } from "../operations/operation.js";
import { labelIn } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";

/** See `addForeignKeyNotValid`. */
export class AddForeignKeyNotValid extends FieldOperation {
  readonly category = "addition";

  describe(): string {
    return `Let the database check ${this.field} of ${this.model}, for new rows only`;
  }

  override get nameFragment(): string {
    return `${this.model.toLowerCase()}_${this.field.toLowerCase()}_checked`;
  }

  changeState(app: string, state: ProjectState): void {
    const label = labelIn(app, this.model);
    const field = state.field(label, this.field);
    const { dbConstraint, ...options } = field.options;
    if (field.to === undefined || field.type === "manyToMany" || dbConstraint !== false) {
      throw new MigrationStateInvalid({ problem: `${label}.${this.field} is no foreign key with dbConstraint: false` });
    }
    state.update(label, (model) => withFields(model, (fields) => fields.set(this.field, { ...field, options })));
  }

  async forwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    if (run.database.engine !== "postgres") return alterTable(run, label, label);
    const { name, constraints } = run.editor.shapeOf(run.to.schema(label));
    const { column } = run.to.schema(label).field(this.field);
    const constraint = constraints.find(({ kind, columns }) => kind === "foreignKey" && columns[0] === column);
    if (constraint !== undefined) await run.editor.addConstraint(name, constraint, { notValid: true });
  }

  async backwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    await alterTable(run, label, label);
  }

  override toCall(): OperationCall {
    return { name: "addForeignKeyNotValid", args: [this.model, this.field] };
  }
}

/**
 * Lets the database check a foreign key that was added with `dbConstraint: false`, for rows that are written from now on;
 * `validateConstraint(model, field)` checks the others, in a migration of its own: so both tables are locked for a moment
 * only. Elsewhere than in PostgreSQL it is checked at once.
 */
export function addForeignKeyNotValid(model: string, field: string): Operation {
  return new AddForeignKeyNotValid(model, field);
}
