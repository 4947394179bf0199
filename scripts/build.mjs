// Builds dist/ from src/: TypeScript 7 compiles (it takes a second), other files that the code reads at run time are
// copied, the browser's client is put where projects serve static files from, and the modules go into few files.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(new URL("../node_modules/typescript7/bin/tsc", import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "src/client/tsconfig.json"]) {
  const { status } = spawnSync(process.execPath, [compiler, "-p", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
copy("src", "dist", (path) => !/\.ts$|tsconfig\.json$/.test(path));
copy("dist/client", "dist/static/hotclub/client", (path) => path.endsWith(".js"));
await import("./bundle.mjs");
chmodSync(`${root}dist/cli/main.js`, 0o755);

function copy(from, to, isWanted) {
  cpSync(root + from, root + to, { recursive: true, filter: (path) => statSync(path).isDirectory() || isWanted(path) });
}
