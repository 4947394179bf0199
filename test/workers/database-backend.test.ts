import { DatabaseTaskBackend } from "hotclub/workers";

import { describeTaskBackend } from "../contracts/task-backend.contract.js";
import { emptyTaskDatabase, taskDatabases } from "./task-databases.js";

for (const name of taskDatabases) {
  describeTaskBackend({
    name: `database, ${name}`,
    async open(options) {
      const [first, second] = await emptyTaskDatabase(name, "tasks");
      return {
        a: new DatabaseTaskBackend({ ...options, database: first }),
        b: new DatabaseTaskBackend({ ...options, database: second }),
      };
    },
  });
}
