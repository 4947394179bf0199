import { shownInTemplates } from "../../core/index.js";
import { f, meta, Model, unique } from "../../orm/index.js";

/**
 * Something that people may be allowed to do. Those of each model (`add`, `change`, `delete`, `view`, and what its `meta`
 * says) are made when migrations are applied.
 */
export class Permission extends Model {
  name = f.char({ maxLength: 255 });
  /** The app's name. */
  app = f.char({ maxLength: 100 });
  /** The model's class name; empty for what is about none. */
  model = f.char({ maxLength: 100, blank: true, default: "" });
  /** `change_room` */
  codename = f.char({ maxLength: 100 });
  static meta = meta({ ordering: ["app", "model", "codename"], constraints: [unique("app", "codename")] });

  static readonly [shownInTemplates]: readonly string[] = ["code"];

  /** As `hasPerm` takes it: `chat.change_room`. */
  get code(): string {
    return `${this.app}.${this.codename}`;
  }

  override toString(): string {
    return [this.app, this.model, this.name].filter((part) => part !== "").join(" | ");
  }
}
