import { type ModelBase, type ModelClass, modelOptions, type QuerySet } from "../../orm/index.js";
import { FormInvalid } from "../errors.js";
import type { ModelForm } from "../models/model-form.js";
import {
  ModelFormSet,
  type ModelFormSetInput,
  type ModelFormSetOptions,
  openedRows,
  type SetRows,
} from "./model-form-set.js";

/** How an inline form set is made: `parent` is the row that the others belong to. */
export interface InlineFormSetInput<P extends object, T extends object> extends ModelFormSetInput<T> {
  /** Saved already, or to be saved before the set is. */
  readonly parent: P;
}

/** What a class of inline form sets is like. */
export interface InlineFormSetOptions extends ModelFormSetOptions {
  /** The foreign key that leads to the parent, where the model has more than one. */
  readonly foreignKey?: string;
}

/** Forms of the rows that belong to another row. Made by `inlineFormSet`. */
export abstract class InlineFormSet<
  P extends object,
  T extends object,
  F extends ModelForm<T> = ModelForm<T>,
> extends ModelFormSet<T, F> {
  static readonly foreignKey: string = "";

  readonly parent: P;

  constructor(input: InlineFormSetInput<P, T> & { readonly [openedRows]?: SetRows<T> }) {
    super(input);
    this.parent = input.parent;
  }

  static override async rowsFor(input: ModelFormSetInput<never>): Promise<SetRows<never>> {
    const { parent, rows } = input as InlineFormSetInput<ModelBase, ModelBase>;
    // Nothing belongs yet to what is not there.
    if (!parent.isSaved) return { rows: [] };
    if (Array.isArray(rows)) return super.rowsFor(input);
    const all =
      (rows as QuerySet<ModelBase> | undefined) ?? (this.model as ModelClass & { all(): QuerySet<ModelBase> }).all();
    const mine = all.filterBy({ [this.foreignKey]: parent });
    return super.rowsFor({ ...input, rows: mine } as never);
  }

  get #foreignKey(): string {
    return (this.constructor as typeof InlineFormSet).foreignKey;
  }

  override get canDelete(): boolean {
    return this.options.canDelete ?? true;
  }

  protected override newInstance(): T {
    const row = super.newInstance();
    // The base class makes no forms before this one is made.
    this.#belong(row);
    return row;
  }

  protected override prepare(row: T): void {
    this.#belong(row);
  }

  #belong(row: T): void {
    (row as ModelBase).assign({ [this.#foreignKey]: this.parent });
  }

  protected override givenFields(): readonly string[] {
    return [this.#foreignKey];
  }
}

/** The name of the foreign key of `child` that leads to `parent`. Throws `FormInvalid`. */
export function foreignKeyTo(parent: ModelClass, child: ModelClass, wanted: string | undefined): string {
  const refuse = (problem: string): never => {
    throw new FormInvalid({ form: `An inline form set of ${child.name}`, problem });
  };
  const ancestors: ModelClass[] = [];
  for (let one: ModelClass | undefined = parent; one !== undefined; one = modelOptions(one).parent) ancestors.push(one);
  const leading = modelOptions(child).fields.filter(
    ({ relation }) => relation !== undefined && relation.kind !== "manyToMany" && ancestors.includes(relation.model),
  );
  if (wanted !== undefined) {
    return leading.some(({ name }) => name === wanted)
      ? wanted
      : refuse(`has the foreign key ${wanted}, which does not lead to ${parent.name}`);
  }
  const [only, another] = leading;
  if (only === undefined) return refuse(`needs a foreign key to ${parent.name}`);
  if (another !== undefined) {
    return refuse(`must say which foreign key it goes by: ${leading.map(({ name }) => name).join(", ")}`);
  }
  return only.name;
}
