import { AdminInvalid } from "../errors.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { Column } from "../registered/column.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { shownColumn, type ShownColumn } from "../list/columns.js";

/** A group of fields on the page of an object, by names. */
export interface LaidOutFieldset {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly isCollapsed: boolean;
  readonly lines: readonly (readonly string[])[];
}

/** Which fields the page of an object has, which of them are only shown, and how they stand together. */
export interface FieldLayout {
  readonly fieldsets: readonly LaidOutFieldset[];
  /** The names of fields that are edited, in order. */
  readonly edited: readonly string[];
  readonly shown: ReadonlyMap<string, ShownColumn>;
}

/** The layout for `row`, or for a new one. `mayChange` is false where the user may only look. Throws `AdminInvalid`. */
export function fieldLayout(
  admin: ModelAdmin,
  request: AdminRequest,
  row: object | undefined,
  mayChange: boolean,
): FieldLayout {
  const { options, facts } = admin;
  const shown = new Map<string, ShownColumn>();
  const readonly: readonly (string | Column)[] = [
    ...(options.readonlyFields ?? []),
    ...(options.readonlyFor?.(request, row) ?? []),
  ];
  for (const one of readonly) {
    const column = shownColumn(admin, one, "readonlyFields");
    shown.set(column.name, column);
  }
  const fieldsets = groupsOf(admin, shown);
  const edited: string[] = [];
  for (const name of fieldsets.flatMap(({ lines }) => lines.flat())) {
    if (shown.has(name)) continue;
    if (!facts.options.has(name)) {
      throw new AdminInvalid({
        model: facts.label,
        problem: `has ${JSON.stringify(name)} on its form, which is no field; put what is only shown into readonlyFields`,
      });
    }
    const field = facts.options.field(name);
    const isEditable = field.editable && field.relation?.through === undefined;
    if (mayChange && isEditable) edited.push(name);
    else shown.set(name, shownColumn(admin, name, "fields"));
  }
  return { fieldsets, edited, shown };
}

function groupsOf(admin: ModelAdmin, shown: ReadonlyMap<string, ShownColumn>): readonly LaidOutFieldset[] {
  const { fieldsets, fields, exclude = [] } = admin.options;
  const isThere = (name: string): boolean => !(exclude as readonly string[]).includes(name);
  if (fieldsets !== undefined) {
    return fieldsets.map(({ title, description, collapsed = false, fields: given }) => ({
      title,
      description,
      isCollapsed: collapsed,
      lines: given.map((line) => (typeof line === "string" ? [line] : line).filter(isThere)),
    }));
  }
  const lines = fields?.map((line): readonly string[] => (typeof line === "string" ? [line] : line)) ?? [
    ...editableNames(admin).map((name) => [name]),
    ...[...shown.keys()].filter((name) => !editableNames(admin).includes(name)).map((name) => [name]),
  ];
  return [
    {
      title: undefined,
      description: undefined,
      isCollapsed: false,
      lines: lines.map((line) => line.filter(isThere)).filter((line) => line.length > 0),
    },
  ];
}

function editableNames({ facts }: ModelAdmin): readonly string[] {
  return facts.options.fields
    .filter(({ editable, relation, type }) => editable && relation?.through === undefined && type !== "binary")
    .map(({ name }) => name);
}
