import type { ModelForm } from "../../forms/index.js";
import { DatabaseError, type ModelField } from "../../orm/index.js";
import type { FieldChange } from "../history/log-entry.js";
import { capitalized } from "../model/words.js";
import { type Difference, differences, keepTheirs } from "./differences.js";
import { type FieldLayout, fieldLayout } from "./field-layout.js";
import { objectForm } from "./object-fields.js";
import type { EditorOpening } from "./editor-opening.js";
import { InlineEditor } from "./inline-editor.js";
import { relationLinks } from "./relation-links.js";
import { readSnapshot, type Snapshot, snapshotOf } from "./snapshot.js";
import { heldWords } from "./value-words.js";

/** What came of what was sent. */
export type EditOutcome =
  | { readonly kind: "saved"; readonly row: object; readonly changes: readonly FieldChange[] }
  | { readonly kind: "wrong" }
  | { readonly kind: "differs"; readonly differences: readonly Difference[] };

/** The form of an object and of the rows that belong to it, opened or sent. */
export class ObjectEditor {
  readonly form: ModelForm;
  readonly layout: FieldLayout;
  readonly inlines: readonly InlineEditor[];
  /** What the row holds while it is edited here; the page carries it along. */
  readonly snapshot: Snapshot;
  readonly #opening: EditorOpening;
  /** The row's fields in words, from before they were changed. */
  readonly #before: ReadonlyMap<string, string>;

  private constructor(
    opening: EditorOpening,
    parts: Pick<ObjectEditor, "form" | "layout" | "inlines" | "snapshot">,
    before: ReadonlyMap<string, string>,
  ) {
    this.#opening = opening;
    this.form = parts.form;
    this.layout = parts.layout;
    this.inlines = parts.inlines;
    this.snapshot = parts.snapshot;
    this.#before = before;
  }

  static async open(opening: EditorOpening): Promise<ObjectEditor> {
    const { admin, request, row, mayChange, data, initial } = opening;
    const layout = fieldLayout(admin, request, row, mayChange);
    const fields = fieldsOf(opening, layout);
    const before = new Map<string, string>();
    // The form changes the row when it is checked: what is to be told of it is read before.
    if (row !== undefined && data !== undefined) {
      for (const field of fields) before.set(field.name, await heldWords(row, field));
    }
    const own = row === undefined ? {} : await snapshotOf(row, fields);
    const links = await relationLinks(opening, request, layout.edited);
    const form = objectForm({ ...opening, links }, layout.edited, row, { data, initial });
    const inlines = await InlineEditor.openAll(opening, form.instance);
    const snapshot = Object.assign({}, own, ...inlines.map((inline) => inline.snapshot)) as Snapshot;
    return new ObjectEditor(opening, { form, layout, inlines, snapshot }, before);
  }

  get isMultipart(): boolean {
    return this.form.isMultipart || this.inlines.some(({ isMultipart }) => isMultipart);
  }

  /** Whether what was sent can be saved, as far as can be seen before. */
  async isValid(): Promise<boolean> {
    const areValid = [await this.form.isValid()];
    for (const inline of this.inlines) areValid.push(await inline.isValid());
    return !areValid.includes(false);
  }

  /**
   * Saves what was sent, unless something is wrong with it, or somebody has changed meanwhile what it would change back.
   * Call it in a transaction, with the row locked.
   */
  async save(): Promise<EditOutcome> {
    const { data, row } = this.#opening;
    if (data === undefined) throw new Error("Only what was sent can be saved.");
    const { form } = this;
    keepTheirs(form, data);
    for (const inline of this.inlines) inline.keepTheirs(data);
    if (!(await this.isValid())) return { kind: "wrong" };
    if (row !== undefined) {
      const opened = readSnapshot(data.get("_opened"));
      const found = [
        ...(await differences(form, await fresh(row), fieldsOf(this.#opening, this.layout), opened, this.snapshot)),
      ];
      for (const inline of this.inlines) found.push(...(await inline.differences(opened)));
      if (found.length > 0) return { kind: "differs", differences: found };
    }
    const changed = await form.changedFields();
    const saved = await this.#write();
    if (saved === undefined) return { kind: "wrong" };
    const changes = row === undefined ? [] : await this.#changes(saved, changed);
    for (const inline of this.inlines) {
      const done = await inline.save();
      if (done === undefined) return { kind: "wrong" };
      changes.push(...done);
    }
    return { kind: "saved", row: saved, changes };
  }

  async #write(): Promise<object | undefined> {
    const { admin, request, row } = this.#opening;
    const { saveRow } = admin.options;
    if (saveRow === undefined) return this.form.saveIfValid();
    try {
      const saved = await this.form.save({ commit: false });
      await saveRow(saved, { isNew: row === undefined, request });
      await this.form.saveM2m();
      return saved;
    } catch (error) {
      if (error instanceof DatabaseError && this.form.addDatabaseError(error)) return undefined;
      throw error;
    }
  }

  async #changes(row: object, names: readonly string[]): Promise<FieldChange[]> {
    const { options } = this.#opening.admin.facts;
    return Promise.all(
      names
        .filter((name) => options.has(name))
        .map(async (name) => {
          const field = options.field(name);
          const label = capitalized(field.verboseName);
          return { field: label, from: this.#before.get(name) ?? "", to: await heldWords(row, field) };
        }),
    );
  }
}

function fieldsOf({ admin }: EditorOpening, { edited }: FieldLayout): readonly ModelField[] {
  return edited.map((name) => admin.facts.options.field(name));
}

/** The row as the database has it: the one that is edited has been changed by the form. */
async function fresh(row: object): Promise<object> {
  const { constructor, pk } = row as { readonly constructor: unknown; readonly pk: unknown };
  return (constructor as { filterBy(where: object): { get(): Promise<object> } }).filterBy({ pk }).get();
}
