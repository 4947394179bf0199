import { suggestion } from "../../schema/nearest.js";
import { MigrationAnswerUnused } from "../errors.js";
import type { Operation } from "../operations/operation.js";
import { RenameField } from "../operations/rename-field.js";
import { RenameModel } from "../operations/rename-model.js";
import type { ProjectState } from "../state/project-state.js";
import type { Draft } from "./draft.js";
import type { KnownAnswers } from "./questioner.js";

/** What came of the answers. */
export interface AnswersTaken {
  readonly drafts: readonly Draft[];
  /** The fields whose fill was asked for. */
  readonly fills: ReadonlySet<string>;
}

/**
 * Refuses answers that nothing asked for, as misspelt ones are: a rename that is not taken for one loses what is in the
 * column. Throws `MigrationAnswerUnused`.
 */
export function refuseUnusedAnswers(
  { renames = new Map(), fills = new Map() }: KnownAnswers,
  { drafts, fills: taken }: AnswersTaken,
  from: ProjectState,
  to: ProjectState,
): void {
  for (const [subject, name] of renames) {
    if (whereTo(subject, drafts) === name) continue;
    const reason =
      subject.split(".").length === 2 ? ofModel(subject, name, from, to) : ofField(subject, name, from, to);
    throw new MigrationAnswerUnused({ answer: `--rename ${subject}:${name}`, reason });
  }
  for (const subject of fills.keys()) {
    if (taken.has(subject)) continue;
    throw new MigrationAnswerUnused({ answer: `--fill ${subject}`, reason: ofFill(subject, to) });
  }
}

/** What a model or a field is called after all renames, which may have gone by another name in between. */
function whereTo(subject: string, drafts: readonly Draft[]): string | undefined {
  const place = subject.lastIndexOf(".");
  const owner = subject.slice(0, place);
  let name: string | undefined;
  for (const { app, operation } of drafts) {
    const step = stepOf(app, operation);
    if (step?.owner === owner && step.from === (name ?? subject.slice(place + 1))) name = step.to;
  }
  return name;
}

function stepOf(app: string, operation: Operation): { owner: string; from: string; to: string } | undefined {
  if (operation instanceof RenameModel) return { owner: app, from: operation.from, to: operation.to };
  if (operation instanceof RenameField) {
    return { owner: `${app}.${operation.model}`, from: operation.from, to: operation.to };
  }
  return undefined;
}

function ofModel(label: string, name: string, from: ProjectState, to: ProjectState): string {
  const [app = ""] = label.split(".");
  const renamed = `${app}.${name}`;
  if (!from.has(label)) return `the migrations know no model ${label}.${suggestion(label, from.models.keys())}`;
  if (!to.has(renamed)) return `there is no model ${renamed}.${suggestion(renamed, to.models.keys())}`;
  return `${label} is still there, or ${renamed} was there before.`;
}

function ofField(subject: string, name: string, from: ProjectState, to: ProjectState): string {
  const place = subject.lastIndexOf(".");
  const [label, field] = [subject.slice(0, place), subject.slice(place + 1)];
  const hint = from.has(label) ? " Of a model that is renamed, too, say the new name: chat.Hall.title:name." : "";
  if (!to.has(label)) return `there is no model ${label}.${suggestion(label, to.models.keys())}${hint}`;
  const fields = to.get(label).fields;
  if (!fields.has(name)) return `${label} has no field ${name}.${suggestion(name, fields.keys())}`;
  if (!from.has(label)) return `the migrations know no field ${subject}.`;
  const before = from.get(label).fields;
  if (!before.has(field)) return `the migrations know no field ${subject}.${suggestion(field, before.keys())}`;
  return `${subject} is still there, or ${label}.${name} was there before.`;
}

function ofFill(subject: string, to: ProjectState): string {
  const place = subject.lastIndexOf(".");
  const [label, field] = [subject.slice(0, place), subject.slice(place + 1)];
  if (!to.has(label)) return `there is no model ${label}.${suggestion(label, to.models.keys())}`;
  const fields = to.get(label).fields;
  if (!fields.has(field)) return `${label} has no field ${field}.${suggestion(field, fields.keys())}`;
  return `no rows need a value for ${subject}: it is not new, and did not become required.`;
}
