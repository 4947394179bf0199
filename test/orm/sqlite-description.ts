// Another process, which says what it opens SQLite with.
import { connectDatabase } from "../../src/orm/index.js";

const database = await connectDatabase("sqlite::memory:");
process.stdout.write(database.description);
await database.close();
