// Throws random requests and frames at both servers: npm run fuzz [cases]; 20,000 of each kind unless given.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [cases = "20000"] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url));
const { status } = spawnSync("npx", ["vitest", "run", "test/protocol/fuzz"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, FUZZ_CASES: cases },
});
process.exit(status ?? 1);
