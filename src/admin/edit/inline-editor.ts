import type { SubmittedData } from "../../forms/index.js";
import type { FieldChange } from "../history/log-entry.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { Difference } from "./differences.js";
import type { EditorOpening } from "./editor-opening.js";
import type { AdminUrls } from "../pages/admin-urls.js";
import type { Snapshot } from "./snapshot.js";

/** The rows of another model on the page of an object. */
export class InlineEditor {
  readonly snapshot: Snapshot = {};
  readonly isMultipart = false;

  static async openAll(_opening: EditorOpening): Promise<readonly InlineEditor[]> {
    return [];
  }
  async context(_urls: AdminUrls): Promise<object> {
    return {};
  }
  keepTheirs(_data: SubmittedData): void {}
  async isValid(): Promise<boolean> {
    return true;
  }
  async differences(_opened: Snapshot): Promise<readonly Difference[]> {
    return [];
  }
  async save(_row: object, _request: AdminRequest): Promise<readonly FieldChange[]> {
    return [];
  }
}
