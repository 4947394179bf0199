import { connectDatabase, databases } from "hotclub/orm";

import { newPostgresDatabase } from "../../load/orm-data.js";
import { ormRows } from "../../load/orm-rows.js";
import { ourOrm } from "../../load/our-orm.js";
import { offerRows } from "../../load/rows.js";

databases.set("default", await connectDatabase(await newPostgresDatabase()));
offerRows(ormRows(ourOrm()));
