import { connectDatabase, createTables, databases } from "hotclub/orm";
import { DatabaseTaskBackend, taskModels } from "hotclub/workers";

import { offerRows } from "../../load/rows.js";
import { ourTasks } from "../../load/our-tasks.js";
import { taskRows } from "../../load/task-rows.js";

const database = await connectDatabase(process.env["DATABASE_URL"] ?? "");
databases.set("default", database);
await createTables(taskModels);
const truncate = () => database.query("TRUNCATE hotclub_task", [], { hasRows: false });
offerRows(taskRows(ourTasks(new DatabaseTaskBackend(), truncate)));
