/** Fields that stand together on the page of an object. */
export interface Fieldset {
  /** The heading. Without one, the fields stand alone. */
  readonly title?: string;
  /** Names of fields, or of what `readonlyFields` shows; a list of names stands in one line. */
  readonly fields: readonly (string | readonly string[])[];
  readonly description?: string;
  /** Whether it is closed at first, unless a field of it has an error. Default false. */
  readonly collapsed?: boolean;
}
