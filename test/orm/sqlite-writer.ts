// Another process that writes to a SQLite file: fifty rooms, every other one in a transaction.
import { connectDatabase, databases, atomic, closeDatabases } from "../../src/orm/index.js";
import { Room } from "../contracts/orm/models.js";

const [, , file = "", name = ""] = process.argv;
databases.set("default", await connectDatabase(`sqlite:${file}`));
for (let index = 0; index < 50; index++) {
  const slug = `${name}${index}`;
  if (index % 2 === 0) await Room.create({ slug });
  else await atomic(() => Room.create({ slug }));
}
await closeDatabases();
