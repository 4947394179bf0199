import type { FieldDescription } from "../../fields/description.js";
import { MigrationStateInvalid } from "../errors.js";
import { historicalOptions } from "../state/describe-state.js";
import { isManaged, labelIn, type ModelState, type ModelStateOptions } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { createLinkTable, dropLinkTable, linksOf } from "./link-tables.js";
import { Operation, type OperationCall, type OperationRun } from "./operation.js";

/** What `createModel` takes besides the name: the fields, and what `meta` takes. */
export interface CreateModelOptions extends ModelStateOptions {
  readonly fields: Readonly<Record<string, FieldDescription>>;
}

/** See `createModel`. */
export class CreateModel extends Operation {
  readonly category = "addition";
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldDescription>;
  readonly options: ModelStateOptions;

  constructor(name: string, fields: ReadonlyMap<string, FieldDescription>, options: ModelStateOptions) {
    super();
    this.name = name;
    this.fields = fields;
    this.options = historicalOptions(options);
  }

  describe(): string {
    return `Create model ${this.name}`;
  }

  override get nameFragment(): string {
    return this.name.toLowerCase();
  }

  subjects(app: string): readonly string[] {
    return [labelIn(app, this.name)];
  }

  override references(): readonly string[] {
    return [...this.fields.values()].flatMap(relationsOf);
  }

  override makes(app: string): readonly string[] {
    return [labelIn(app, this.name)];
  }

  changeState(app: string, state: ProjectState): void {
    if (this.fields.size === 0) throw new MigrationStateInvalid({ problem: `${app}.${this.name} has no fields` });
    state.add({ app, name: this.name, fields: this.fields, options: this.options });
  }

  async forwards({ app, to, editor }: OperationRun): Promise<void> {
    await createModelTable(labelIn(app, this.name), { to, editor });
  }

  async backwards({ app, from, editor }: OperationRun): Promise<void> {
    await dropModelTable(labelIn(app, this.name), { from, editor });
  }

  override toCall(): OperationCall {
    return { name: "createModel", args: [this.name, { fields: Object.fromEntries(this.fields), ...this.options }] };
  }
}

/** The labels of the models that a field leads to and through. */
export function relationsOf({ to, options }: FieldDescription): string[] {
  const { through } = options;
  return [...(to === undefined ? [] : [to]), ...(typeof through === "string" ? [through] : [])];
}

/** Makes the table of a model with all that belongs to it. */
export async function createModelTable(
  label: string,
  { to, editor }: Pick<OperationRun, "to" | "editor">,
): Promise<void> {
  if (!isManaged(to.state.get(label))) return;
  const schema = to.schema(label);
  const table = editor.shapeOf(schema);
  await editor.createTable(table);
  await editor.addForeignKeys(table);
  for (const index of table.indexes) await editor.createIndex(table.name, index);
  for (const many of linksOf(schema)) await createLinkTable(editor, many);
}

/** Drops the table of a model, and those of its links. */
export async function dropModelTable(
  label: string,
  { from, editor }: Pick<OperationRun, "from" | "editor">,
): Promise<void> {
  if (!isManaged(from.state.get(label))) return;
  const schema = from.schema(label);
  for (const many of linksOf(schema)) await dropLinkTable(editor, many);
  await editor.dropTable(editor.shapeOf(schema));
}

/**
 * Makes a model and its table.
 *
 * ```ts
 * createModel("Room", {
 *   fields: { id: field.auto(), slug: field.slug({ unique: true }) },
 *   ordering: ["slug"],
 * });
 * ```
 */
export function createModel(name: string, { fields, ...options }: CreateModelOptions): Operation {
  return new CreateModel(name, new Map(Object.entries(fields)), options);
}

/** The operation that makes `model`. */
export function creationOf({ name, fields, options }: ModelState): CreateModel {
  return new CreateModel(name, fields, options);
}
