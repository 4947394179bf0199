import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { serveTaskTable } from "../../load/our-tasks.js";

const file = join(mkdtempSync(join(tmpdir(), "hotclub-bench-")), "tasks.sqlite3");
await serveTaskTable(`sqlite:${file}`, "DELETE FROM hotclub_task");
