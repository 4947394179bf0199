import { serveTaskTable } from "../../load/our-tasks.js";

await serveTaskTable(process.env["DATABASE_URL"] ?? "", "TRUNCATE hotclub_task");
