import { isDeepStrictEqual } from "node:util";

import type { FieldDescription } from "../../fields/description.js";
import { snakeCase } from "../../schema/naming.js";
import { addField } from "../operations/add-field.js";
import { alterField } from "../operations/alter-field.js";
import { alterModelOptions, alterModelTable } from "../operations/alter-model.js";
import { CreateModel, relationsOf } from "../operations/create-model.js";
import {
  addConstraint,
  addIndex,
  alterConstraint,
  removeConstraint,
  removeIndex,
  renameIndex,
} from "../operations/definition-operations.js";
import { deleteModel } from "../operations/delete-model.js";
import type { Operation } from "../operations/operation.js";
import { removeField } from "../operations/remove-field.js";
import { renameField } from "../operations/rename-field.js";
import { renameModel } from "../operations/rename-model.js";
import { constraintsIn, indexesIn } from "../state/describe-state.js";
import { sameField } from "../state/field-state.js";
import { labelOf, type ModelState, type ModelStateOptions } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { compareDefinitions } from "./compare-definitions.js";
import { type Draft, gone, made, sortDrafts } from "./draft.js";
import { orderModels } from "./order-models.js";
import type { KnownAnswers, Questioner } from "./questioner.js";
import { type MigrationDraft, splitIntoMigrations } from "./split-migrations.js";

/** What the detector works with besides the two states. */
export interface DetectOptions {
  readonly questioner: Questioner;
  readonly answers?: KnownAnswers;
  /** Defaults that are functions, by field: `chat.Room.token`. States do not keep them. */
  readonly computedDefaults?: ReadonlyMap<string, () => unknown>;
}

/**
 * Finds the migrations that lead from the models in `from` to those in `to`. Asks where the states do not tell: whether
 * something was renamed, and what rows get in new fields.
 */
export async function detectChanges(
  from: ProjectState,
  to: ProjectState,
  options: DetectOptions,
): Promise<MigrationDraft[]> {
  return new Detector(from, to, options).detect();
}

class Detector {
  /** What the models are after the operations so far, as far as renames go. */
  readonly #state: ProjectState;
  readonly #to: ProjectState;
  /** The tables that are there at the begin: whoever wants one of them waits until it is free. */
  readonly #tables: ReadonlySet<string>;
  readonly #options: DetectOptions;
  readonly #drafts: Draft[] = [];

  constructor(from: ProjectState, to: ProjectState, options: DetectOptions) {
    this.#state = from.clone();
    this.#to = to;
    this.#tables = new Set([...from.models.values()].map(tableOf));
    this.#options = options;
  }

  async detect(): Promise<MigrationDraft[]> {
    await this.#renameModels();
    const kept = [...this.#to.models].filter(([label]) => this.#state.has(label));
    for (const [label] of kept) await this.#renameFields(label);
    for (const [label] of kept) this.#removeDefinitions(label);
    for (const [label] of kept) this.#renameTable(label);
    this.#createModels();
    for (const [label] of kept) this.#removeFields(label);
    for (const [label] of kept) await this.#addFields(label);
    for (const [label] of kept) await this.#alterFields(label);
    for (const [label] of kept) this.#alterOptions(label);
    for (const [label] of kept) this.#addDefinitions(label);
    this.#deleteModels();
    return splitIntoMigrations(sortDrafts(this.#drafts));
  }

  #add(
    app: string,
    operation: Operation,
    { gives = [], needs = [] }: Partial<Pick<Draft, "gives" | "needs">> = {},
  ): void {
    this.#drafts.push({ app, operation, gives, needs });
  }

  /** Adds an operation that what follows is compared after. */
  #perform(app: string, operation: Operation, facts: Partial<Pick<Draft, "gives" | "needs">> = {}): void {
    operation.changeState(app, this.#state);
    this.#add(app, operation, facts);
  }

  async #renameModels(): Promise<void> {
    const added = [...this.#to.models.values()].filter((model) => !this.#state.has(labelOf(model)));
    for (const model of added) {
      const candidates = [...this.#state.models.values()].filter(
        (old) => old.app === model.app && !this.#to.has(labelOf(old)),
      );
      for (const old of candidates) {
        if (!(await this.#isModelRenamed(old, model))) continue;
        const renamed = { ...old, name: model.name };
        const facts = { gives: [made(labelOf(model)), ...freed(old, renamed)], needs: this.#taken(old, renamed) };
        this.#perform(model.app, renameModel(old.name, model.name), facts);
        break;
      }
    }
  }

  async #isModelRenamed(old: ModelState, model: ModelState): Promise<boolean> {
    const known = this.#options.answers?.renames?.get(labelOf(old));
    if (known !== undefined) return known === model.name;
    if (!isDeepStrictEqual(withoutTargets(old), withoutTargets(model))) return false;
    return this.#options.questioner.isModelRenamed(model.app, old.name, model.name);
  }

  async #renameFields(label: string): Promise<void> {
    const model = this.#to.get(label);
    for (const [name, field] of model.fields) {
      if (this.#state.get(label).fields.has(name)) continue;
      for (const [oldName, old] of this.#state.get(label).fields) {
        if (model.fields.has(oldName)) continue;
        const known = this.#options.answers?.renames?.get(`${label}.${oldName}`);
        const keepsColumn = field.options["dbColumn"] === columnOf(oldName, old);
        const candidate = keepsColumn ? withoutColumn(field) : field;
        const isAlike = sameField(keepsColumn ? withoutColumn(old) : old, candidate);
        const isRenamed =
          known === undefined
            ? isAlike && (await this.#options.questioner.isFieldRenamed(label, oldName, name))
            : known === name;
        if (!isRenamed) continue;
        // The column's name is fixed first, so that the rename does not touch it.
        if (keepsColumn && old.options["dbColumn"] === undefined) {
          const dbColumn = field.options["dbColumn"];
          this.#perform(
            model.app,
            alterField(model.name, oldName, { ...old, options: sorted({ ...old.options, dbColumn }) }),
          );
        }
        this.#perform(model.app, renameField(model.name, oldName, name), { gives: [made(`${label}.${name}`)] });
        break;
      }
    }
  }

  #removeDefinitions(label: string): void {
    const { app, name, options } = this.#to.get(label);
    const before = this.#state.get(label).options;
    const {
      removed: constraints,
      renamed: moved,
      retold,
    } = compareDefinitions(constraintsIn(before), constraintsIn(options));
    // No operation renames a constraint: it goes, and comes back.
    for (const one of [...constraints, ...moved.map(([old]) => old)]) this.#perform(app, removeConstraint(name, one));
    const { removed, renamed } = compareDefinitions(indexesIn(before), indexesIn(options));
    for (const one of removed) this.#perform(app, removeIndex(name, one));
    for (const [old, one] of renamed) this.#perform(app, renameIndex(name, old, one.name));
    for (const [old, one] of retold) this.#perform(app, alterConstraint(name, old, one));
  }

  #addDefinitions(label: string): void {
    const { app, name, options } = this.#to.get(label);
    const before = this.#state.get(label).options;
    for (const one of compareDefinitions(indexesIn(before), indexesIn(options)).added)
      this.#perform(app, addIndex(name, one));
    for (const one of compareDefinitions(constraintsIn(before), constraintsIn(options)).added) {
      this.#perform(app, addConstraint(name, one));
    }
  }

  #renameTable(label: string): void {
    const model = this.#to.get(label);
    const old = this.#state.get(label);
    if (old.options.dbTable === model.options.dbTable) return;
    this.#perform(model.app, alterModelTable(model.name, model.options.dbTable ?? null), {
      gives: freed(old, model),
      needs: [made(label), ...this.#taken(old, model)],
    });
  }

  /** What must be free before the table of a model is renamed. */
  #taken(old: ModelState, model: ModelState): string[] {
    const table = tableOf(model);
    return table !== tableOf(old) && this.#tables.has(table) ? [free(model)] : [];
  }

  #createModels(): void {
    const created = [...this.#to.models.values()].filter((model) => !this.#state.has(labelOf(model)));
    const { models, deferred } = orderModels(created);
    for (const model of models) {
      const label = labelOf(model);
      const later = deferred.get(label) ?? new Set<string>();
      const isLater = ({ fields }: { readonly fields: readonly string[] }) =>
        fields.some((key) => later.has(key.replace(/^-/, "")));
      const options: ModelStateOptions = {
        ...model.options,
        indexes: indexesIn(model.options).filter((one) => !isLater(one)),
        constraints: constraintsIn(model.options).filter((one) => !isLater(one)),
      };
      const fields = new Map([...model.fields].filter(([name]) => !later.has(name)));
      const targets = [...fields.values()].flatMap(relationsOf).filter((target) => target !== label);
      this.#add(model.app, new CreateModel(model.name, fields, options), {
        gives: [made(label), ...[...fields.keys()].map((name) => made(`${label}.${name}`))],
        needs: [...targets.map(made), free(model)],
      });
      for (const name of later) {
        const field = model.fields.get(name);
        if (field === undefined) continue;
        this.#add(model.app, addField(model.name, name, field), {
          gives: [made(`${label}.${name}`)],
          needs: [made(label), ...relationsOf(field).map(made)],
        });
      }
      const needs = [made(label), ...[...later].map((name) => made(`${label}.${name}`))];
      for (const one of indexesIn(model.options).filter(isLater))
        this.#add(model.app, addIndex(model.name, one), { needs });
      for (const one of constraintsIn(model.options).filter(isLater)) {
        this.#add(model.app, addConstraint(model.name, one), { needs });
      }
    }
  }

  get #deleted(): ModelState[] {
    return [...this.#state.models.values()].filter((model) => !this.#to.has(labelOf(model)));
  }

  #removeFields(label: string): void {
    const model = this.#to.get(label);
    for (const [name, old] of this.#state.get(label).fields) {
      const field = model.fields.get(name);
      if (field !== undefined && canBeAltered(old, field)) continue;
      this.#add(model.app, removeField(model.name, name), {
        gives: [gone(`${label}.${name}`), freeColumn(label, name, old)],
      });
    }
  }

  async #addFields(label: string): Promise<void> {
    const model = this.#to.get(label);
    for (const [name, field] of model.fields) {
      const old = this.#state.get(label).fields.get(name);
      if (old !== undefined && canBeAltered(old, field)) continue;
      const fill = await this.#fillFor(label, name, field, "added");
      this.#add(model.app, addField(model.name, name, field, fill ?? {}), {
        gives: [made(`${label}.${name}`)],
        needs: [
          ...relationsOf(field).map(made),
          ...(old === undefined ? [] : [gone(`${label}.${name}`)]),
          freeColumn(label, name, field),
        ],
      });
    }
  }

  async #alterFields(label: string): Promise<void> {
    const model = this.#to.get(label);
    for (const [name, field] of model.fields) {
      const old = this.#state.get(label).fields.get(name);
      if (old === undefined || sameField(old, field) || !canBeAltered(old, field)) continue;
      const isMoved = columnOf(name, old) !== columnOf(name, field);
      const becomesRequired = old.options["null"] === true && field.options["null"] !== true;
      const fill = becomesRequired ? await this.#fillFor(label, name, field, "notNull") : undefined;
      this.#add(model.app, alterField(model.name, name, field, fill ?? {}), {
        gives: [
          // Who deletes the model that it led to waits for it.
          ...(old.to === field.to ? [] : [gone(`${label}.${name}`)]),
          ...(isMoved ? [freeColumn(label, name, old)] : []),
        ],
        needs: [...relationsOf(field).map(made), ...(isMoved ? [freeColumn(label, name, field)] : [])],
      });
    }
  }

  /** What rows get in a field that may not be null; `undefined` where its default says so, or nothing is to be done. */
  async #fillFor(
    label: string,
    name: string,
    field: FieldDescription,
    reason: "added" | "notNull",
  ): Promise<{ readonly fill: unknown } | undefined> {
    const { options, type } = field;
    const isFilled = options["null"] === true || options["default"] !== undefined || options["dbDefault"] !== undefined;
    if (isFilled || columnless.has(type)) return undefined;
    const known = this.#options.answers?.fills;
    if (known?.has(`${label}.${name}`) === true) return { fill: known.get(`${label}.${name}`) };
    const compute = this.#options.computedDefaults?.get(`${label}.${name}`);
    if (compute !== undefined) return { fill: compute };
    return this.#options.questioner.fillFor(label, name, field, reason);
  }

  #alterOptions(label: string): void {
    const { app, name, options } = this.#to.get(label);
    const before = this.#state.get(label).options;
    const keys = new Set([...Object.keys(before), ...Object.keys(options)]);
    for (const key of ["dbTable", "indexes", "constraints"]) keys.delete(key);
    const changed = [...keys].filter((key) => !isDeepStrictEqual(before[key], options[key]));
    if (changed.length === 0) return;
    this.#add(app, alterModelOptions(name, Object.fromEntries(changed.map((key) => [key, options[key] ?? null]))));
  }

  #deleteModels(): void {
    const deleted = this.#deleted;
    const { models, deferred } = orderModels(deleted);
    for (const [label, names] of deferred) {
      const model = this.#state.get(label);
      const using = [...indexesIn(model.options), ...constraintsIn(model.options)].filter(({ fields }) =>
        fields.some((key) => names.has(key.replace(/^-/, ""))),
      );
      for (const one of using) {
        this.#add(model.app, one.kind === "index" ? removeIndex(model.name, one) : removeConstraint(model.name, one));
      }
      for (const name of names)
        this.#add(model.app, removeField(model.name, name), { gives: [gone(`${label}.${name}`)] });
    }
    for (const model of models.toReversed()) {
      const label = labelOf(model);
      const needs: string[] = [];
      // Whatever leads to it goes first, or leads elsewhere.
      for (const [other, { fields }] of this.#state.models) {
        for (const [name, field] of fields) {
          if (other === label || !relationsOf(field).includes(label)) continue;
          needs.push(gone(`${other}.${name}`));
          if (!this.#to.has(other) && deferred.get(other)?.has(name) !== true) needs.push(gone(other));
        }
      }
      this.#add(model.app, deleteModel(model.name), { gives: [gone(label), free(model)], needs });
    }
  }
}

/** Types of fields without a column that rows have a value in, or whose values the database makes. */
const columnless: ReadonlySet<string> = new Set([
  "manyToMany",
  "auto",
  "bigAuto",
  "smallAuto",
  "generated",
  "compositePrimaryKey",
]);

/** Whether one field can be made of the other; where not, it is removed and added. */
function canBeAltered(from: FieldDescription, to: FieldDescription): boolean {
  const isMany = (field: FieldDescription) => field.type === "manyToMany";
  if (from.type === "generated" || to.type === "generated") return sameField(from, to);
  if (!isMany(from) && !isMany(to)) return true;
  return isMany(from) && isMany(to) && from.to === to.to && from.options["through"] === to.options["through"];
}

/** The fields of a model without what their relations lead to, which may have another name by now. */
function withoutTargets({ fields }: ModelState): unknown {
  return [...fields]
    .map(([name, { type, options }]) => [name, type, options] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function columnOf(name: string, { to, options, type }: FieldDescription): string {
  const isKey = to !== undefined && type !== "manyToMany";
  return (options["dbColumn"] as string | undefined) ?? (isKey ? `${snakeCase(name)}_id` : snakeCase(name));
}

function withoutColumn(field: FieldDescription): FieldDescription {
  const { dbColumn: _, ...options } = field.options;
  return { ...field, options };
}

function sorted(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** That no field of a model has the column that a field has. */
function freeColumn(label: string, name: string, field: FieldDescription): string {
  return `free ${label}.${columnOf(name, field)}`;
}

/** That no model has the table that `model` has. */
function free(model: ModelState): string {
  return `free ${tableOf(model)}`;
}

/** What is free when the table of a model is renamed. */
function freed(old: ModelState, model: ModelState): string[] {
  return tableOf(old) === tableOf(model) ? [] : [free(old)];
}

function tableOf({ app, name, options }: ModelState): string {
  return options.dbTable ?? `${app}_${snakeCase(name)}`;
}
