import type { SubmittedData } from "../../forms/index.js";
import type { FieldPlace } from "./object-fields.js";

/** What an editor is opened for. */
export interface EditorOpening extends FieldPlace {
  /** The row that is edited; a new one without. */
  readonly row?: object | undefined;
  /** Whether the user may change it, or only look. */
  readonly mayChange: boolean;
  readonly data?: SubmittedData | undefined;
  readonly initial?: Readonly<Record<string, unknown>> | undefined;
}
