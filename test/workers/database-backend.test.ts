import { createTables, databases } from "hotclub/orm";
import { DatabaseTaskBackend, taskModels } from "hotclub/workers";

import { describeTaskBackend } from "../contracts/task-backend.contract.js";
import { connectTwice, taskDatabases } from "./task-databases.js";

for (const name of taskDatabases) {
  describeTaskBackend({
    name: `database, ${name}`,
    async open(options) {
      const [first, second] = await connectTwice(name);
      databases.set("tasks", first);
      await createTables(taskModels, { using: "tasks" });
      return {
        a: new DatabaseTaskBackend({ ...options, database: first }),
        b: new DatabaseTaskBackend({ ...options, database: second }),
      };
    },
  });
}
