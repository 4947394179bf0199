import type { FormsTogether } from "./fields/forms-together.js";
import type { ErrorList, FormError } from "./form-error.js";
import type { SubmittedData } from "./submitted-data.js";

/** What a field asks of the form that it is part of. */
export interface FormOwner {
  /** The name of the form's class, for errors. */
  readonly formName: string;
  /** What was sent, or `undefined` where nothing was. */
  readonly data: SubmittedData | undefined;
  /** Before every name: `prefix-`; empty without. */
  readonly namePrefix: string;
  /** Before every id: `id_`; `undefined` where widgets have none. */
  readonly idPrefix: string | undefined;
  /** Whether widgets say that they are required; not in forms that may be left empty as a whole. */
  readonly usesRequired: boolean;
  /** Whether nobody may change any of its fields. */
  readonly isDisabled: boolean;
  /** The forms that are shown with this one, where it is one of several. */
  readonly together: FormsTogether | undefined;
  /** Gives the fields of the form their names. */
  nameFields(): void;
  /** What the form was given as the initial value of a field; `undefined` for nothing. */
  initialOf(name: string): unknown;
  /** What is wrong with a field. Throws `FormNotChecked` where nobody has looked yet. */
  errorsOf(name: string): ErrorList;
  addErrors(name: string, errors: readonly FormError[]): void;
  /** The value of a field that is valid, or `undefined`. */
  cleanedOf(name: string): unknown;
  /** Checks what was sent, where that was not done yet. */
  check(): Promise<void>;
  /** Whether the field is the first one with an error. */
  isFirstWrong(name: string): boolean;
}

let beingMade: FormOwner | undefined;

/** Says whose class fields run next: the fields that they make belong to it. */
export function beginForm(owner: FormOwner): void {
  beingMade = owner;
}

/** The form whose class fields run, or the last one whose did: whoever asks must see whether the field is in it. */
export function formBeingMade(): FormOwner | undefined {
  return beingMade;
}
