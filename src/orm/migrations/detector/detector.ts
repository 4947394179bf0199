import { isDeepStrictEqual } from "node:util";

import type { FieldDescription } from "../../fields/description.js";
import { snakeCase } from "../../schema/naming.js";
import { addField } from "../operations/add-field.js";
import { alterField, canBeAltered } from "../operations/alter-field.js";
import { alterModelOptions, alterModelTable, alterModelTableComment } from "../operations/alter-model.js";
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
import { refuseUnusedAnswers } from "./check-answers.js";
import { compareDefinitions } from "./compare-definitions.js";
import { type Draft, gone, made, sortDrafts } from "./draft.js";
import { orderModels } from "./order-models.js";
import { orderRenames } from "./order-renames.js";
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
  /** The fields for which it was asked, and said, what rows get. */
  readonly #fills = new Set<string>();
  readonly #from: ProjectState;

  constructor(from: ProjectState, to: ProjectState, options: DetectOptions) {
    this.#from = from;
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
    const taken = { drafts: this.#drafts, fills: this.#fills };
    refuseUnusedAnswers(this.#options.answers ?? {}, taken, this.#from, this.#to);
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

  /** Does the renames of models that were said, and of two that exchanged their names. */
  async #exchangeModels(): Promise<void> {
    for (const app of new Set([...this.#to.models.values()].map((model) => model.app))) {
      const own = ({ models }: ProjectState) => [...models.values()].filter((model) => model.app === app);
      const names = (models: readonly ModelState[]) => models.map(({ name }) => name);
      const renames = this.#saidFor(app, names(own(this.#to)));
      const isLike = (old: ModelState, other: ModelState) =>
        isDeepStrictEqual(withoutTargets(old), withoutTargets(this.#to.get(labelOf(other))));
      const changed = own(this.#state).filter(
        (old) => this.#to.has(labelOf(old)) && !renames.has(old.name) && !isLike(old, old),
      );
      for (const [one, other] of couples(changed)) {
        if (renames.has(one.name) || renames.has(other.name) || !isLike(one, other) || !isLike(other, one)) continue;
        if (!(await this.#options.questioner.areModelsExchanged(app, one.name, other.name))) continue;
        renames.set(one.name, other.name).set(other.name, one.name);
      }
      for (const [from, to] of orderRenames(renames, names(own(this.#state)))) {
        this.#renameModel(this.#state.get(`${app}.${from}`), to);
      }
    }
  }

  /** What was said of renames of an app's models, or of a model's fields, to one of `names`. */
  #saidFor(owner: string, names: readonly string[]): Map<string, string> {
    const known = [...(this.#options.answers?.renames ?? [])];
    return new Map(
      known.flatMap(([subject, name]): [string, string][] => {
        const place = subject.lastIndexOf(".");
        return subject.slice(0, place) === owner && names.includes(name) ? [[subject.slice(place + 1), name]] : [];
      }),
    );
  }

  #renameModel(old: ModelState, name: string): void {
    const renamed = { ...old, name };
    const facts = { gives: [made(labelOf(renamed)), ...freed(old, renamed)], needs: this.#taken(old, renamed) };
    this.#perform(old.app, renameModel(old.name, name), facts);
  }

  async #renameModels(): Promise<void> {
    await this.#exchangeModels();
    const added = [...this.#to.models.values()].filter((model) => !this.#state.has(labelOf(model)));
    for (const model of added) {
      const candidates = [...this.#state.models.values()].filter(
        (old) => old.app === model.app && !this.#to.has(labelOf(old)),
      );
      for (const old of candidates) {
        if (!(await this.#isModelRenamed(old, model))) continue;
        this.#renameModel(old, model.name);
        break;
      }
    }
  }

  async #isModelRenamed(old: ModelState, model: ModelState): Promise<boolean> {
    // What was said of it is done by now.
    if (this.#options.answers?.renames?.has(labelOf(old)) === true) return false;
    if (!isDeepStrictEqual(withoutTargets(old), withoutTargets(model))) return false;
    return this.#options.questioner.isModelRenamed(model.app, old.name, model.name);
  }

  /** Does the renames of fields to names that others had: of two that exchanged them, and what else was said. */
  async #exchangeFields(label: string): Promise<void> {
    const { app, name: modelName, fields } = this.#to.get(label);
    const before = this.#state.get(label).fields;
    const renames = this.#saidFor(label, [...fields.keys()]);
    // Those whose new name is free are seen to below: they can keep their columns.
    const wanted = new Set(renames.values());
    for (const [from, to] of renames) if (!before.has(to) && !wanted.has(from)) renames.delete(from);
    const isLike = (old: FieldDescription, name: string) => {
      const field = fields.get(name);
      return field !== undefined && sameField(old, field);
    };
    const changed = [...before].filter(([name, old]) => fields.has(name) && !renames.has(name) && !isLike(old, name));
    for (const [[one, old], [other, otherOld]] of couples(changed)) {
      if (renames.has(one) || renames.has(other) || !isLike(old, other) || !isLike(otherOld, one)) continue;
      if (!(await this.#options.questioner.areFieldsExchanged(label, one, other))) continue;
      renames.set(one, other).set(other, one);
    }
    for (const [from, to] of orderRenames(renames, before.keys())) {
      this.#perform(app, renameField(modelName, from, to), { gives: [made(`${label}.${to}`)] });
    }
  }

  async #renameFields(label: string): Promise<void> {
    await this.#exchangeFields(label);
    const model = this.#to.get(label);
    for (const [name, field] of model.fields) {
      if (this.#state.get(label).fields.has(name)) continue;
      for (const [oldName, old] of this.#state.get(label).fields) {
        if (model.fields.has(oldName)) continue;
        const known = this.#options.answers?.renames?.get(`${label}.${oldName}`);
        const place = field.type === "manyToMany" ? "dbTable" : "dbColumn";
        const kept = place === "dbTable" ? linkTableOf(this.#state.get(label), oldName, old) : columnOf(oldName, old);
        const keepsPlace = field.options[place] === kept;
        const candidate = keepsPlace ? without(place, field) : field;
        const isAlike = sameField(keepsPlace ? without(place, old) : old, candidate);
        const isRenamed =
          known === undefined
            ? isAlike && (await this.#options.questioner.isFieldRenamed(label, oldName, name))
            : known === name;
        if (!isRenamed) continue;
        // The name of the column, or of the table of links, is fixed first, so that the rename does not touch it.
        if (keepsPlace && old.options[place] === undefined) {
          const options = sorted({ ...old.options, [place]: kept });
          this.#perform(model.app, alterField(model.name, oldName, { ...old, options }));
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
      if (field !== undefined && isAlterable(old, field)) continue;
      const users = [...this.#state.get(label).fields].filter(([, one]) => basesOf(one).includes(name));
      this.#add(model.app, removeField(model.name, name), {
        needs: users.map(([user]) => gone(`${label}.${user}`)),
        gives: [
          gone(`${label}.${name}`),
          freeColumn(label, name, old),
          ...freeLinks(this.#state.get(label), name, old),
        ],
      });
    }
  }

  async #addFields(label: string): Promise<void> {
    const model = this.#to.get(label);
    for (const [name, field] of model.fields) {
      const old = this.#state.get(label).fields.get(name);
      if (old !== undefined && isAlterable(old, field)) continue;
      const fill = await this.#fillFor(label, name, field, "added");
      this.#add(model.app, addField(model.name, name, field, fill ?? {}), {
        gives: [made(`${label}.${name}`)],
        needs: [
          ...relationsOf(field).map(made),
          ...basesOf(field).map((base) => made(`${label}.${base}`)),
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
      if (old === undefined || sameField(old, field) || !isAlterable(old, field)) continue;
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
    if (columnless.has(type)) return undefined;
    const known = this.#options.answers?.fills;
    if (known?.has(`${label}.${name}`) === true) {
      this.#fills.add(`${label}.${name}`);
      return { fill: known.get(`${label}.${name}`) };
    }
    const isFilled = options["null"] === true || options["default"] !== undefined || options["dbDefault"] !== undefined;
    if (isFilled) return undefined;
    const compute = this.#options.computedDefaults?.get(`${label}.${name}`);
    if (compute !== undefined) return { fill: compute };
    return this.#options.questioner.fillFor(label, name, field, reason);
  }

  #alterOptions(label: string): void {
    const { app, name, options } = this.#to.get(label);
    const before = this.#state.get(label).options;
    const keys = new Set([...Object.keys(before), ...Object.keys(options)]);
    for (const key of ["dbTable", "dbTableComment", "indexes", "constraints"]) keys.delete(key);
    const { dbTableComment: comment } = options;
    if (before["dbTableComment"] !== comment) {
      this.#add(app, alterModelTableComment(name, (comment as string | undefined) ?? null));
    }
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
      const unused = gone(`uses of the late fields of ${label}`);
      for (const one of using) {
        const operation = one.kind === "index" ? removeIndex(model.name, one) : removeConstraint(model.name, one);
        this.#add(model.app, operation, { gives: [unused] });
      }
      for (const name of names) {
        this.#add(model.app, removeField(model.name, name), { gives: [gone(`${label}.${name}`)], needs: [unused] });
      }
    }
    for (const model of models.toReversed()) {
      const label = labelOf(model);
      // Who wants its table has it deleted early: not before what is taken off it first.
      const needs = [...(deferred.get(label) ?? [])].map((name) => gone(`${label}.${name}`));
      // Whatever leads to it goes first, or leads elsewhere.
      for (const [other, { fields }] of this.#state.models) {
        for (const [name, field] of fields) {
          if (other === label || !relationsOf(field).includes(label)) continue;
          needs.push(gone(`${other}.${name}`));
          if (!this.#to.has(other) && deferred.get(other)?.has(name) !== true) needs.push(gone(other));
        }
      }
      this.#add(model.app, deleteModel(model.name), {
        gives: [
          gone(label),
          free(model),
          ...[...model.fields].flatMap(([name, field]) => freeLinks(model, name, field)),
        ],
        needs,
      });
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
function isAlterable(from: FieldDescription, to: FieldDescription): boolean {
  if (from.type === "generated" || to.type === "generated") return sameField(from, to);
  return canBeAltered(from, to);
}

/** The fields of a model without what their relations lead to, which may have another name by now. */
function withoutTargets({ fields }: ModelState): unknown {
  return [...fields]
    .map(
      ([
        name,
        {
          type,
          options: { through, ...options },
        },
      ]) => [name, type, through === undefined, options] as const,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The fields that the database computes a field from. */
function basesOf({ type, options }: FieldDescription): string[] {
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { kind, path } = node as { readonly kind?: unknown; readonly path?: unknown };
    if (kind === "field" && typeof path === "string") found.push(path);
    for (const part of Object.values(node)) look(part);
  };
  if (type === "generated") look(options["expression"]);
  return found;
}

/** Any two of a list. */
function couples<T>(list: readonly T[]): [T, T][] {
  return list.flatMap((one, place) => list.slice(place + 1).map((other): [T, T] => [one, other]));
}

function columnOf(name: string, { to, options, type }: FieldDescription): string {
  const isKey = to !== undefined && type !== "manyToMany";
  return (options["dbColumn"] as string | undefined) ?? (isKey ? `${snakeCase(name)}_id` : snakeCase(name));
}

/** The table of the links of a relation of many to many, where none was declared. */
function linkTableOf(model: ModelState, name: string, { options }: FieldDescription): string {
  return (options["dbTable"] as string | undefined) ?? `${tableOf(model)}_${snakeCase(name)}`;
}

function without(option: string, field: FieldDescription): FieldDescription {
  const options = Object.fromEntries(Object.entries(field.options).filter(([name]) => name !== option));
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

/** That no links have the table that those of a relation have. */
function freeLinks(model: ModelState, name: string, field: FieldDescription): string[] {
  const isOwn = field.type === "manyToMany" && field.options["through"] === undefined;
  return isOwn ? [`free ${linkTableOf(model, name, field)}`] : [];
}

/** What is free when the table of a model is renamed. */
function freed(old: ModelState, model: ModelState): string[] {
  return tableOf(old) === tableOf(model) ? [] : [free(old)];
}

function tableOf({ app, name, options }: ModelState): string {
  return options.dbTable ?? `${app}_${snakeCase(name)}`;
}
