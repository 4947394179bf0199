import { MikroORM } from "@mikro-orm/postgresql";

import { entities, mikroContender } from "../../load/mikro-rows.js";
import { newPostgresDatabase } from "../../load/orm-data.js";
import { ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const orm = await MikroORM.init({
  clientUrl: await newPostgresDatabase(),
  entities,
  pool: { min: 1, max: 10 },
  discovery: { checkDuplicateTableNames: false },
});
offerRows(ormRows(mikroContender(orm)));
