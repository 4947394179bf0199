import { labelIn, type ModelStateOptions } from "../state/model-state.js";
import { ModelOperation } from "./model-operation.js";
import type { Operation, OperationCall } from "./operation.js";

/** See `alterModelOptions`. */
export class AlterModelOptions extends ModelOperation {
  readonly category = "alteration";
  readonly options: Readonly<Record<string, unknown>>;

  constructor(model: string, options: Readonly<Record<string, unknown>>) {
    super(model);
    this.options = options;
  }

  describe(): string {
    return `Change ${Object.keys(this.options).join(", ")} of ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_${Object.keys(this.options).join("_").toLowerCase()}`;
  }

  subjects(app: string): readonly string[] {
    return Object.keys(this.options).map((option) => `${labelIn(app, this.model)}.option:${option}`);
  }

  changeOptions(options: ModelStateOptions): ModelStateOptions {
    const given = Object.entries(this.options).map(([name, value]) => [name, value === null ? undefined : value]);
    return { ...options, ...(Object.fromEntries(given) as Record<string, unknown>) };
  }

  override toCall(): OperationCall {
    return { name: "alterModelOptions", args: [this.model, this.options] };
  }
}

/** See `alterModelTable`. */
export class AlterModelTable extends ModelOperation {
  readonly category = "alteration";
  readonly table: string | null;

  constructor(model: string, table: string | null) {
    super(model);
    this.table = table;
  }

  describe(): string {
    return `Rename the table of ${this.model} to ${this.table ?? "the name that follows from the model's"}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_table`;
  }

  subjects(app: string): readonly string[] {
    return [`${labelIn(app, this.model)}.option:dbTable`];
  }

  changeOptions(options: ModelStateOptions): ModelStateOptions {
    const { dbTable: _, ...rest } = options;
    return this.table === null ? rest : { ...rest, dbTable: this.table };
  }

  override toCall(): OperationCall {
    return { name: "alterModelTable", args: [this.model, this.table] };
  }
}

/** See `alterModelTableComment`. */
export class AlterModelTableComment extends ModelOperation {
  readonly category = "alteration";
  readonly comment: string | null;

  constructor(model: string, comment: string | null) {
    super(model);
    this.comment = comment;
  }

  describe(): string {
    return this.comment === null
      ? `Take the comment off the table of ${this.model}`
      : `Comment the table of ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_table_comment`;
  }

  subjects(app: string): readonly string[] {
    return [`${labelIn(app, this.model)}.option:dbTableComment`];
  }

  changeOptions(options: ModelStateOptions): ModelStateOptions {
    const { dbTableComment: _, ...rest } = options;
    return this.comment === null ? rest : { ...rest, dbTableComment: this.comment };
  }

  override toCall(): OperationCall {
    return { name: "alterModelTableComment", args: [this.model, this.comment] };
  }
}

/** Changes what a model says of itself, such as `ordering`; `null` takes an option away. */
export function alterModelOptions(model: string, options: Readonly<Record<string, unknown>>): Operation {
  return new AlterModelOptions(model, options);
}

/** Gives a model's table another name; `null`: the name that follows from app and model. */
export function alterModelTable(model: string, table: string | null): Operation {
  return new AlterModelTable(model, table);
}

/** Says something else of a model's table to those who look at it in the database (PostgreSQL); `null`: nothing. */
export function alterModelTableComment(model: string, comment: string | null): Operation {
  return new AlterModelTableComment(model, comment);
}
