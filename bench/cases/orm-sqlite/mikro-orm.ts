import { MikroORM } from "@mikro-orm/better-sqlite";

import { entities, mikroContender } from "../../load/mikro-rows.js";
import { newSqliteFile } from "../../load/orm-data.js";
import { ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const orm = await MikroORM.init({ dbName: newSqliteFile(), entities });
for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL"]) {
  await orm.em.getConnection().execute(`PRAGMA ${pragma}`);
}
offerRows(ormRows(mikroContender(orm)));
