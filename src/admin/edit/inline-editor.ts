import {
  inlineFormSet,
  type InlineFormSet,
  type ModelForm,
  modelFormOf,
  type SubmittedData,
} from "../../forms/index.js";
import { keyText, type ModelField, type QuerySet, UniqueViolation } from "../../orm/index.js";
import type { FieldChange } from "../history/log-entry.js";
import { type ShownColumn, shownColumn } from "../list/columns.js";
import { showValue } from "../list/show-value.js";
import { type Rows, rowsOf, valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { capitalized } from "../model/words.js";
import type { AdminUrls } from "../pages/admin-urls.js";
import type { Inline } from "../registered/inline.js";
import type { Difference } from "./differences.js";
import type { EditorOpening } from "./editor-opening.js";
import { type InlineAccess, inlineAccess } from "./inline-access.js";
import { adminField } from "./object-fields.js";
import { relationLinks } from "./relation-links.js";
import { changedSince, fingerprintOf, type Snapshot, snapshotOf } from "./snapshot.js";
import { heldWords, valueWords } from "./value-words.js";

type AnyFormSet = InlineFormSet<object, object>;

/** The most rows of an inline that are shown where they are only looked at. */
const maxShown = 100;

/** The rows of another model on the page of an object. */
export class InlineEditor {
  /** What the rows hold while they are edited here. */
  readonly snapshot: Snapshot;
  readonly #opening: EditorOpening;
  readonly #inline: Inline;
  readonly #access: InlineAccess;
  readonly #fields: readonly ModelField[];
  readonly #shown: readonly ShownColumn[];
  /** Not there where nobody may change anything. */
  readonly #set: AnyFormSet | undefined;
  /** Rows that are only shown. */
  readonly #fixed: readonly object[];
  readonly #before: ReadonlyMap<string, string>;

  private constructor(
    opening: EditorOpening,
    inline: Inline,
    access: InlineAccess,
    parts: {
      readonly fields: readonly ModelField[];
      readonly shown: readonly ShownColumn[];
      readonly set: AnyFormSet | undefined;
      readonly fixed: readonly object[];
      readonly snapshot: Snapshot;
      readonly before: ReadonlyMap<string, string>;
    },
  ) {
    this.#opening = opening;
    this.#inline = inline;
    this.#access = access;
    this.#fields = parts.fields;
    this.#shown = parts.shown;
    this.#set = parts.set;
    this.#fixed = parts.fixed;
    this.snapshot = parts.snapshot;
    this.#before = parts.before;
  }

  /** The inlines of an object that the user may see. `parent` is the object, or the new one. */
  static async openAll(opening: EditorOpening, parent: object): Promise<readonly InlineEditor[]> {
    const editors: InlineEditor[] = [];
    for (const inline of opening.admin.options.inlines ?? []) {
      const access = await inlineAccess(opening, inline);
      if (access.mayView || access.mayAdd) editors.push(await InlineEditor.#open(opening, inline, access, parent));
    }
    return editors;
  }

  static async #open(
    opening: EditorOpening,
    inline: Inline,
    access: InlineAccess,
    parent: object,
  ): Promise<InlineEditor> {
    const { admin, mayAdd, mayChange } = access;
    const { readonlyFields = [] } = inline.options;
    const shown = readonlyFields.map((name) => shownColumn(admin, name, "readonlyFields of an inline"));
    const fields = editedFields(inline, access);
    const mayEdit = mayAdd || mayChange;
    const rows = inlineRows(opening, inline, access, parent);
    const set = mayEdit ? await openSet(opening, inline, access, fields, parent, rows) : undefined;
    const fixed = mayChange ? [] : await rows.slice(0, maxShown);
    const snapshot: Record<string, string> = {};
    const before = new Map<string, string>();
    for (const form of set?.initialForms ?? []) {
      const { instance } = form;
      const prefix = rowPrefix(set, instance);
      Object.assign(snapshot, await snapshotOf(instance, fields, prefix));
      if (opening.data === undefined) continue;
      for (const field of fields) before.set(`${prefix}${field.name}`, await heldWords(instance, field));
    }
    return new InlineEditor(opening, inline, access, { fields, shown, set, fixed, snapshot, before });
  }

  get isMultipart(): boolean {
    return this.#set?.isMultipart === true;
  }

  /** Takes those fields out of the forms that are to stay as they are in the database. */
  keepTheirs(data: SubmittedData): void {
    for (const form of this.#set?.initialForms ?? []) {
      const prefix = rowPrefix(this.#set, form.instance);
      for (const { name } of form.fields) {
        if (data.get(`_keep-${prefix}${name}`) === "theirs") form.removeField(name);
      }
    }
  }

  async isValid(): Promise<boolean> {
    return this.#set === undefined || this.#set.isValid();
  }

  /** What was changed since the page was opened, and would be changed back. */
  async differences(opened: Snapshot): Promise<readonly Difference[]> {
    const set = this.#set;
    if (set === undefined) return [];
    const changed = new Set(changedSince(opened, this.snapshot));
    const found: Difference[] = [];
    for (const form of set.initialForms) {
      if (set.isDeleted(form)) continue;
      const prefix = rowPrefix(set, form.instance);
      for (const field of this.#fields) {
        const asked = form.field(field.name);
        const name = `${prefix}${field.name}`;
        if (asked === undefined || !changed.has(name)) continue;
        const mine = fingerprintOf(asked.cleaned);
        if (mine === this.snapshot[name]) continue;
        found.push({
          name,
          label: `${capitalized(field.verboseName)}, ${textOf(form.instance)}`,
          theirs: this.#before.get(name) ?? "",
          mine: valueWords(asked.cleaned, field),
          isMine: mine !== opened[name],
        });
      }
    }
    return found;
  }

  /** Saves the rows, and tells what was done with them; `undefined` where the database refused. */
  async save(): Promise<readonly FieldChange[] | undefined> {
    const set = this.#set;
    if (set === undefined) return [];
    const doomed = set.deletedForms.map(({ instance }) => textOf(instance));
    try {
      await set.save();
    } catch (error) {
      // Somebody was faster: what was free when it was checked is taken.
      if (!(error instanceof UniqueViolation)) throw error;
      set.addError("Rows like these were made by somebody else just now. Open the page again.", { code: "unique" });
      return undefined;
    }
    const word = capitalized(this.#access.admin.facts.verboseName);
    const changes: FieldChange[] = [];
    for (const text of doomed.slice(0, set.deletedObjects.length)) changes.push({ field: word, from: text, to: "" });
    for (const row of set.newObjects) changes.push({ field: word, from: "", to: textOf(row) });
    for (const [row, names] of set.changedObjects) {
      for (const field of this.#fields.filter(({ name }) => names.includes(name))) {
        changes.push({
          field: `${capitalized(field.verboseName)}, ${word.toLowerCase()} “${textOf(row)}”`,
          from: this.#before.get(`${rowPrefix(set, row)}${field.name}`) ?? "",
          to: await heldWords(row, field),
        });
      }
    }
    return changes;
  }

  /** What the template of the object's page gets. */
  async context(urls: AdminUrls): Promise<object> {
    const { admin, mayAdd, mayDelete } = this.#access;
    const { shape, options } = this.#inline;
    const set = this.#set;
    const { verboseName, verboseNamePlural } = admin.facts;
    const columns = [
      ...this.#fields.map(({ verboseName: label, blank }) => ({ label: capitalized(label), isOptional: blank })),
      ...this.#shown.map(({ label }) => ({ label, isOptional: false })),
    ];
    const fixed = await Promise.all(this.#fixed.map((row) => this.#fixedContext(row, urls)));
    const forms = await Promise.all((set?.forms ?? []).map((form) => this.#formContext(form, urls)));
    return {
      prefix: set?.prefix ?? "",
      shape,
      title: options.title ?? capitalized(verboseNamePlural),
      verboseName,
      isCollapsed: options.collapsed === true,
      max: options.max ?? 1000,
      management: set?.managementForm,
      errors: set !== undefined && set.nonFormErrors.length > 0 ? set.nonFormErrors : undefined,
      hasErrors: set !== undefined && this.#opening.data !== undefined && set.totalErrorCount > 0,
      columns,
      forms: [...fixed, ...forms],
      empty: set !== undefined && mayAdd ? await this.#formContext(set.emptyForm, urls) : undefined,
      canDelete: set !== undefined && mayDelete,
      mayAdd: set !== undefined && mayAdd,
    };
  }

  async #formContext(form: ModelForm, urls: AdminUrls): Promise<object> {
    const { admin } = this.#access;
    const row = form.instance;
    const isThere = (row as { readonly isSaved?: boolean }).isSaved === true;
    const key = valueOf(row, "pk");
    const { showChangeLink = true } = this.#inline.options;
    const isLinked = isThere && showChangeLink && this.#opening.site.isRegistered(admin.model);
    const own = this.#fields.map(({ name }) => form.field(name)).map((field) => ({ field }));
    return {
      url: isLinked ? urls.of(admin, key, "change") : undefined,
      text: isThere ? textOf(row) : `New ${admin.facts.verboseName}`,
      hidden: form.hiddenFields,
      errors: form.isBound && form.nonFieldErrors.length > 0 ? form.nonFieldErrors : undefined,
      items: [...own, ...(await this.#shownItems(isThere ? row : undefined))],
      delete: form.field("DELETE"),
    };
  }

  async #fixedContext(row: object, urls: AdminUrls): Promise<object> {
    const { admin } = this.#access;
    const own = await Promise.all(
      this.#fields.map(async (field) => {
        const { content } = showValue(await valueOf(row, field.name), field, "–");
        return { label: capitalized(field.verboseName), content };
      }),
    );
    const isLinked = this.#opening.site.isRegistered(admin.model);
    return {
      url: isLinked ? urls.of(admin, valueOf(row, "pk"), "change") : undefined,
      text: textOf(row),
      hidden: [],
      items: [...own, ...(await this.#shownItems(row))],
    };
  }

  #shownItems(row: object | undefined): Promise<readonly object[]> {
    return Promise.all(
      this.#shown.map(async (column) => {
        const value = row === undefined ? undefined : await column.value(row);
        return { label: column.label, content: showValue(value, column.field, "–").content };
      }),
    );
  }
}

/** The fields that are edited; where no row may be, those that are shown. */
function editedFields({ options }: Inline, { admin, via }: InlineAccess): readonly ModelField[] {
  const { fields, exclude = [], readonlyFields = [] } = options;
  const all = admin.facts.options.fields.filter(
    ({ name, editable, relation, primaryKey, type }) =>
      name !== via && editable && relation?.through === undefined && !primaryKey && type !== "binary",
  );
  const chosen = fields === undefined ? all : fields.map((name) => admin.facts.options.field(name));
  return chosen.filter(({ name }) => !exclude.includes(name) && !readonlyFields.includes(name));
}

function inlineRows(opening: EditorOpening, inline: Inline, { admin, via }: InlineAccess, parent: object): Rows {
  const { request, row } = opening;
  const all = row === undefined ? rowsOf(inline.model).none() : admin.rows(request).filterBy({ [via]: parent });
  const ordering = inline.options.ordering ?? admin.facts.options.ordering;
  return all.orderBy(...ordering, "pk");
}

async function openSet(
  opening: EditorOpening,
  inline: Inline,
  { admin, via, mayAdd, mayChange, mayDelete }: InlineAccess,
  fields: readonly ModelField[],
  parent: object,
  rows: Rows,
): Promise<AnyFormSet> {
  const { site, urls, data, request } = opening;
  const { extra = 1, min, max } = inline.options;
  const names = fields.map(({ name }) => name);
  const isNew = opening.row === undefined;
  const held = isNew ? {} : { held: rowsOf(inline.model).filterBy({ [via]: parent }) };
  const place = {
    admin,
    site,
    urls,
    request,
    ...held,
    links: await relationLinks({ admin, site, urls }, request, names),
  };
  const Form = modelFormOf(inline.model, {
    fields: names,
    formField: (field, given) =>
      adminField(
        place,
        field,
        inline.shape === "tabular" ? { ...given, attributes: { "aria-label": field.verboseName } } : given,
      ),
  });
  const Set = inlineFormSet(opening.admin.model, Form, {
    foreignKey: via,
    extra: mayAdd ? extra : 0,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    canDelete: mayDelete,
    editOnly: !mayAdd,
  });
  const there = mayChange ? rows : rowsOf(inline.model).none();
  return Set.open({ parent, data, rows: there as unknown as QuerySet<object> });
}

function rowPrefix(set: AnyFormSet | undefined, row: object): string {
  return `${set?.prefix ?? ""}-${keyText(valueOf(row, "pk"))}-`;
}
