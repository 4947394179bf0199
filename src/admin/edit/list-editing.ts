import type { Form } from "../../consumers/index.js";
import { FormsTogether, type ModelForm } from "../../forms/index.js";
import { keyText, type ModelField } from "../../orm/index.js";
import { html, type SafeString, safe, toHtml } from "../../templates/index.js";
import { record } from "../history/record.js";
import type { FieldChange } from "../history/log-entry.js";
import { rowsOf, valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { capitalized, counted } from "../model/words.js";
import type { AdminUrls } from "../pages/admin-urls.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import { allOrNothing } from "./all-or-nothing.js";
import { differences } from "./differences.js";
import { objectForm } from "./object-fields.js";
import { readSnapshot, snapshotOf, snapshotText } from "./snapshot.js";
import { heldWords } from "./value-words.js";

/** What list editing is opened for. */
export interface ListEditingOpening {
  readonly admin: ModelAdmin;
  readonly request: AdminRequest;
  readonly site: AdminRegistry;
  readonly urls: AdminUrls;
  /** The rows of the page, or those that were sent. */
  readonly rows: readonly object[];
  readonly data?: Form | undefined;
}

const openedSuffix = "-_opened";

/** Goes before the names of the fields of a row. */
function prefixOf(key: string): string {
  return `row-${Buffer.from(key).toString("base64url")}`;
}

/** The keys of the rows that were edited, as they stood on the page that was sent. */
export function keysSent(data: Form): readonly string[] {
  const all = [...data].map(([name]) => name);
  const names = all.filter((name) => name.startsWith("row-") && name.endsWith(openedSuffix));
  return [...new Set(names)].map((name) =>
    Buffer.from(name.slice("row-".length, -openedSuffix.length), "base64url").toString(),
  );
}

interface EditedRow {
  readonly row: object;
  readonly prefix: string;
  readonly form: ModelForm;
  readonly opened: string;
}

/** The fields of a list that are edited in the list itself: a small form for each row. */
export class ListEditing {
  readonly #opening: ListEditingOpening;
  readonly #rows: ReadonlyMap<string, EditedRow>;
  readonly #fields: readonly ModelField[];
  #cells = new Map<string, { readonly content: SafeString; readonly errors: SafeString }>();

  private constructor(
    opening: ListEditingOpening,
    rows: ReadonlyMap<string, EditedRow>,
    fields: readonly ModelField[],
  ) {
    this.#opening = opening;
    this.#rows = rows;
    this.#fields = fields;
  }

  /** The forms of `rows`; `undefined` where nothing of the list is edited, or not by this user. */
  static async open(opening: ListEditingOpening): Promise<ListEditing | undefined> {
    const { admin, request, rows, data } = opening;
    const { listEditable = [] } = admin.options;
    if (listEditable.length === 0 || !(await admin.may(request, "change"))) return undefined;
    const fields = listEditable.map((name) => admin.facts.options.field(name));
    const edited = new Map<string, EditedRow>();
    const together = new FormsTogether(() => [...edited.values()].map(({ form }) => form));
    for (const row of rows) {
      const key = keyText(valueOf(row, "pk"));
      const prefix = prefixOf(key);
      if (!(await admin.may(request, "change", row))) continue;
      // Rows that came into the list since the page was opened were not sent.
      const sent = data?.has(prefix + openedSuffix) === true ? data : undefined;
      if (data !== undefined && sent === undefined) continue;
      const form = objectForm(opening, listEditable, row, { data: sent, prefix, about: textOf(row), together });
      edited.set(key, { row, prefix, form, opened: snapshotText(await snapshotOf(row, fields)) });
    }
    const editing = new ListEditing(opening, edited, fields);
    if (data === undefined) await editing.#renderCells();
    return editing;
  }

  /** What stands in a cell instead of the value. */
  cell(row: object, column: string): { readonly content: SafeString; readonly errors: SafeString } | undefined {
    return this.#cells.get(`${keyText(valueOf(row, "pk"))} ${column}`);
  }

  /** What the page carries along of each row. */
  get hidden(): SafeString {
    const inputs = [...this.#rows.values()].map(
      ({ prefix, opened }) => html`<input type="hidden" name="${prefix}${openedSuffix}" value="${opened}">`,
    );
    return html`${inputs}`;
  }

  async #renderCells(): Promise<void> {
    const cells = new Map<string, { readonly content: SafeString; readonly errors: SafeString }>();
    for (const [key, { form }] of this.#rows) {
      for (const field of form.fields) {
        cells.set(`${key} ${field.name}`, {
          content: await field.widget[toHtml](),
          errors: field.hasErrors ? await field.errors[toHtml]() : safe(""),
        });
      }
    }
    this.#cells = cells;
  }

  /** Saves the rows that were changed, all or none; `undefined` where something is wrong with one. */
  async save(): Promise<{ readonly level: "success" | "warning"; readonly text: string } | undefined> {
    const { admin } = this.#opening;
    const saved = await allOrNothing(
      () => this.#saveChanged(),
      (count) => count !== undefined,
    );
    if (saved === undefined) {
      await this.#renderCells();
      return undefined;
    }
    const { verboseName, verboseNamePlural } = admin.facts;
    return { level: "success", text: `${capitalized(counted(saved, verboseName, verboseNamePlural))} changed.` };
  }

  async #saveChanged(): Promise<number | undefined> {
    const { admin, request, data } = this.#opening;
    let count = 0;
    let isWrong = false;
    const changed: EditedRow[] = [];
    for (const edited of this.#rows.values()) {
      if (!(await edited.form.hasChanged())) continue;
      changed.push(edited);
      if (!(await edited.form.isValid())) isWrong = true;
    }
    if (isWrong) return undefined;
    const keys = changed.map(({ row }) => valueOf(row, "pk"));
    const now = new Map<string, object>();
    for (const row of await rowsOf(admin.model).filterBy({ pk__in: keys }).selectForUpdate()) {
      now.set(keyText(valueOf(row, "pk")), row);
    }
    for (const { row, form, prefix } of changed) {
      const current = now.get(keyText(valueOf(row, "pk")));
      if (current === undefined) continue;
      const opened = readSnapshot(data?.get(prefix + openedSuffix));
      const found = await differences(form, current, this.#fields, opened, await snapshotOf(current, this.#fields));
      for (const { name, theirs } of found.filter(({ isMine }) => isMine)) {
        form.field(name)?.addError(`Somebody has changed this to “${theirs}” meanwhile. Save again to have yours.`);
        isWrong = true;
      }
      for (const { name } of found.filter(({ isMine }) => !isMine)) form.removeField(name);
      if (isWrong) continue;
      const before = new Map(
        await Promise.all(this.#fields.map(async (field) => [field.name, await heldWords(current, field)] as const)),
      );
      const names = await form.changedFields();
      const result = await form.saveIfValid();
      if (result === undefined) return undefined;
      const changes: FieldChange[] = [];
      for (const field of this.#fields.filter(({ name }) => names.includes(name))) {
        const from = before.get(field.name) ?? "";
        changes.push({ field: capitalized(field.verboseName), from, to: await heldWords(result, field) });
      }
      await record(admin, request, "change", [result], changes);
      count += 1;
    }
    return isWrong ? undefined : count;
  }
}
