import type { ConstraintDefinition, IndexDefinition } from "../../definitions.js";
import { MigrationStateInvalid } from "../errors.js";
import { changeDefinition, type Definition, nameOfDefinition, sameDefinition } from "../state/definitions.js";
import { labelIn, type ModelStateOptions } from "../state/model-state.js";
import type { Operation, OperationCall } from "./operation.js";
import { ModelOperation } from "./model-operation.js";

/** Which of a model's options has definitions of a kind. */
function optionOf({ kind }: Pick<Definition, "kind">): "indexes" | "constraints" {
  return kind === "index" ? "indexes" : "constraints";
}

function wordOf({ kind }: Pick<Definition, "kind">): string {
  return kind === "index" ? "index" : "constraint";
}

function fragmentOf(model: string, definition: Definition): string {
  const names =
    definition.name === undefined ? definition.fields.map((key) => key.replace(/^-/, "")) : [definition.name];
  return [model, ...names].join("_").toLowerCase();
}

abstract class DefinitionOperation extends ModelOperation {
  readonly definition: Definition;

  constructor(model: string, definition: Definition) {
    super(model);
    this.definition = definition;
  }

  subjects(app: string): readonly string[] {
    return [`${labelIn(app, this.model)}.${wordOf(this.definition)}:${nameOfDefinition(this.definition)}`];
  }

  protected get word(): string {
    return wordOf(this.definition);
  }

  protected definitionsIn(options: ModelStateOptions): readonly Definition[] {
    return options[optionOf(this.definition)] ?? [];
  }

  protected withDefinitions(options: ModelStateOptions, definitions: readonly Definition[]): ModelStateOptions {
    return { ...options, [optionOf(this.definition)]: definitions };
  }

  /** The place of the definition. Throws `MigrationStateInvalid`. */
  protected placeIn(options: ModelStateOptions, label: string): number {
    const place = this.definitionsIn(options).findIndex((one) => sameDefinition(one, this.definition));
    if (place >= 0) return place;
    const problem = `${label} has no ${this.word} ${nameOfDefinition(this.definition)} at that point`;
    throw new MigrationStateInvalid({ problem });
  }

  protected functionName(verb: string): string {
    return `${verb}${this.definition.kind === "index" ? "Index" : "Constraint"}`;
  }
}

/** See `addIndex` and `addConstraint`. */
export class AddDefinition extends DefinitionOperation {
  readonly category = "addition";

  describe(): string {
    return `Add ${this.word} ${nameOfDefinition(this.definition)} to ${this.model}`;
  }

  override get nameFragment(): string {
    return fragmentOf(this.model, this.definition);
  }

  changeOptions(options: ModelStateOptions): ModelStateOptions {
    return this.withDefinitions(options, [...this.definitionsIn(options), this.definition]);
  }

  override toCall(): OperationCall {
    return { name: this.functionName("add"), args: [this.model, this.definition] };
  }
}

/** See `removeIndex` and `removeConstraint`. */
export class RemoveDefinition extends DefinitionOperation {
  readonly category = "removal";

  describe(): string {
    return `Remove ${this.word} ${nameOfDefinition(this.definition)} from ${this.model}`;
  }

  override get nameFragment(): string {
    return `remove_${fragmentOf(this.model, this.definition)}`;
  }

  changeOptions(options: ModelStateOptions, label: string): ModelStateOptions {
    const place = this.placeIn(options, label);
    return this.withDefinitions(options, this.definitionsIn(options).toSpliced(place, 1));
  }

  override toCall(): OperationCall {
    return { name: this.functionName("remove"), args: [this.model, this.definition] };
  }
}

/** See `renameIndex`. */
export class RenameIndex extends DefinitionOperation {
  readonly category = "alteration";
  readonly newName: string | undefined;

  constructor(model: string, definition: Definition, newName: string | undefined) {
    super(model, definition);
    this.newName = newName;
  }

  describe(): string {
    return `Rename index ${nameOfDefinition(this.definition)} of ${this.model} to ${this.newName ?? "the name of its columns"}`;
  }

  override get nameFragment(): string {
    return `rename_${fragmentOf(this.model, this.definition)}`;
  }

  changeOptions(options: ModelStateOptions, label: string): ModelStateOptions {
    const renamed = changeDefinition(this.definition, { name: this.newName });
    const definitions = this.definitionsIn(options).with(this.placeIn(options, label), renamed);
    return this.withDefinitions(options, definitions);
  }

  override toCall(): OperationCall {
    return {
      name: "renameIndex",
      args: [this.model, this.definition, ...(this.newName === undefined ? [] : [this.newName])],
    };
  }
}

/** See `alterConstraint`. */
export class AlterConstraint extends DefinitionOperation {
  readonly category = "alteration";
  readonly changed: Definition;

  constructor(model: string, definition: Definition, changed: Definition) {
    super(model, definition);
    this.changed = changed;
  }

  describe(): string {
    return `Alter constraint ${nameOfDefinition(this.definition)} of ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${fragmentOf(this.model, this.definition)}`;
  }

  changeOptions(options: ModelStateOptions, label: string): ModelStateOptions {
    const definitions = this.definitionsIn(options).with(this.placeIn(options, label), this.changed);
    return this.withDefinitions(options, definitions);
  }

  override async forwards(): Promise<void> {}

  override async backwards(): Promise<void> {}

  override toCall(): OperationCall {
    return { name: "alterConstraint", args: [this.model, this.definition, this.changed] };
  }
}

/** Adds an index: `addIndex("Message", index("room", "-id"))`. */
export function addIndex(model: string, definition: IndexDefinition): Operation {
  return new AddDefinition(model, definition);
}

/** Removes the index that was declared so. */
export function removeIndex(model: string, definition: IndexDefinition): Operation {
  return new RemoveDefinition(model, definition);
}

/** Gives an index another name in the database; without one, the name that follows from its table and columns. */
export function renameIndex(model: string, definition: IndexDefinition, newName?: string): Operation {
  return new RenameIndex(model, definition, newName);
}

/** Adds a constraint: `addConstraint("Seat", unique("row", "number"))`. */
export function addConstraint(model: string, definition: ConstraintDefinition): Operation {
  return new AddDefinition(model, definition);
}

/** Removes the constraint that was declared so. */
export function removeConstraint(model: string, definition: ConstraintDefinition): Operation {
  return new RemoveDefinition(model, definition);
}

/** Changes what is said of a constraint outside of the database, such as its message. Nothing is done there. */
export function alterConstraint(
  model: string,
  definition: ConstraintDefinition,
  changed: ConstraintDefinition,
): Operation {
  return new AlterConstraint(model, definition, changed);
}
