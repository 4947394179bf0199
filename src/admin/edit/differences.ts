import type { ModelForm, SubmittedData } from "../../forms/index.js";
import type { ModelField } from "../../orm/index.js";
import { capitalized } from "../model/words.js";
import { changedSince, fingerprintOf, type Snapshot } from "./snapshot.js";
import { heldWords, valueWords } from "./value-words.js";

/** A field that somebody has changed while somebody else had it open. */
export interface Difference {
  readonly name: string;
  readonly label: string;
  /** As it is in the database now. */
  readonly theirs: string;
  /** As it was sent. */
  readonly mine: string;
  /** Whether who sent it had changed it, too. */
  readonly isMine: boolean;
}

/** The fields of `form` that were changed since it was opened, and that would be changed back. */
export async function differences(
  form: ModelForm,
  row: object,
  fields: readonly ModelField[],
  opened: Snapshot,
  now: Snapshot,
): Promise<readonly Difference[]> {
  const changed = new Set(changedSince(opened, now));
  const found: Difference[] = [];
  for (const field of fields) {
    const asked = form.field(field.name);
    if (asked === undefined || !changed.has(field.name)) continue;
    const mine = fingerprintOf(asked.cleaned);
    if (mine === now[field.name]) continue;
    found.push({
      name: field.name,
      label: capitalized(field.verboseName),
      theirs: await heldWords(row, field),
      mine: valueWords(asked.cleaned, field),
      isMine: mine !== opened[field.name],
    });
  }
  return found;
}

/** Takes those fields out of `form` that are to stay as they are in the database. */
export function keepTheirs(form: ModelForm, data: SubmittedData): void {
  for (const { name } of form.fields) if (data.get(`_keep-${name}`) === "theirs") form.removeField(name);
}
