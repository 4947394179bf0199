import { f, meta, Model } from "../../orm/index.js";
import { Permission } from "./permission.js";

/** People who may do the same. Who they are: `User.filter({ groups: group })`. */
export class Group extends Model {
  name = f.char({ maxLength: 150, unique: true });
  permissions = f.manyToMany(() => Permission, { blank: true });
  static meta = meta({ ordering: ["name"] });

  override toString(): string {
    return this.name;
  }
}
