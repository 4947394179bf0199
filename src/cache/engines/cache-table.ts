import { f, index, meta, ModelBase } from "../../orm/index.js";

/** An entry of a cache in the database. */
export class CacheRow extends ModelBase {
  key = f.char({ primaryKey: true, maxLength: 250 });
  value = f.binary();
  /** Counts the changes of a number: who adds to it looks again when another was first. */
  version = f.int();
  expiresAt = f.dateTime({ null: true });
  static meta = meta({ dbTable: "hotclub_cache", indexes: [index("expiresAt").named("hotclub_cache_expiry")] });
}
