import { f, index, meta, ModelBase } from "../../orm/index.js";

/** A session in the database, under the digest of its token. */
export class SessionRow extends ModelBase {
  digest = f.char({ primaryKey: true, maxLength: 43 });
  /** Counts the changes: who changes what another has changed meanwhile looks again. */
  version = f.int();
  /** A JSON object, whose values are JSON themselves. */
  values = f.text();
  expiresAt = f.dateTime();
  static meta = meta({ dbTable: "hotclub_session", indexes: [index("expiresAt").named("hotclub_session_expiry")] });
}
