import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { offerStarts } from "../../load/start-up.js";

// The benches run compiled, from `.build`; the chat is as its users have it.
const root = new URL("../../../../", import.meta.url);
const { REDIS_URL: _redis, ...environment } = process.env;
process.env = environment;

offerStarts({
  file: new URL("dist/cli/main.js", root),
  args: ["serve"],
  cwd: fileURLToPath(new URL("examples/chat/", root)),
  env: {
    SECRET_KEY: "for the bench only, and nowhere else at all",
    LOG_LEVEL: "error",
    ALLOWED_HOSTS: "127.0.0.1",
    // Its tables are made by the first start, which is not measured.
    MIGRATE_ON_START: "always",
    DATABASE_URL: `sqlite:${join(mkdtempSync(join(tmpdir(), "bench-chat-")), "chat.sqlite3")}`,
  },
});
