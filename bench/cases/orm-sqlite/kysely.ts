import { Kysely, SqliteDialect } from "kysely";

import { kyselyContender, type Tables } from "../../load/kysely-rows.js";
import { newSqliteFile, openSqlite } from "../../load/orm-data.js";
import { ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: openSqlite(newSqliteFile()) }) });
const fresh = () => ({ author_id: 1, text: "x", likes: 0, open: 1, sent_at: Date.now() });
offerRows(ormRows(kyselyContender(db, fresh)));
