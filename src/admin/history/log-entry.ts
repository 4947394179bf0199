import { f, index, meta, Model } from "../../orm/index.js";

/** A field whose value was changed, as people read it. */
export interface FieldChange {
  /** What people call the field. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/**
 * What somebody did with an object in the admin. It names the user and the object in words, so that it says the same
 * when both are gone.
 */
export class LogEntry extends Model {
  at = f.dateTime({ autoNowAdd: true });
  action = f.char({ maxLength: 10, choices: { add: "Added", change: "Changed", delete: "Deleted" } });
  userKey = f.char({ maxLength: 100 });
  userName = f.char({ maxLength: 200 });
  /** The model's label: `chat.Room`. */
  model = f.char({ maxLength: 200 });
  objectKey = f.char({ maxLength: 200 });
  objectText = f.char({ maxLength: 200 });
  changes = f.json<readonly FieldChange[]>({ default: () => [] });
  static meta = meta({
    ordering: ["-at", "-id"],
    indexes: [
      index("model", "objectKey", "-id").named("admin_log_object"),
      index("userKey", "-id").named("admin_log_user"),
    ],
    verboseName: "log entry",
    verboseNamePlural: "log entries",
  });
}
