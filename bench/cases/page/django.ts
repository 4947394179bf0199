import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { pin } from "../../server-process.js";
import { newPostgresDatabase } from "../../load/orm-data.js";

/** Clock ticks of `/proc` in a second, on every Linux that Node.js runs on. */
const ticksPerSecond = 100;

const url = await newPostgresDatabase();
const port = await freePort();
// The benches run compiled, from `.build`; this one is no TypeScript.
const program = fileURLToPath(new URL("../../../../bench/cases/page/django-page.py", import.meta.url));
// Its input ends with this process, and it ends with its input.
const django = spawn("/usr/bin/python3", [program, url, String(port)], { stdio: ["pipe", "pipe", "inherit"] });
django.on("exit", (code) => process.exit(code ?? 1));
await once(django.stdout, "data");
if (django.pid !== undefined) pin(django.pid, 0);

process.on("message", (message) => {
  if (message === "cpu") process.send?.({ cpu: cpuOf(django.pid ?? 0) });
  if (message === "memory") process.send?.({ memory: 0 });
});
process.on("disconnect", () => process.exit());
process.send?.({ port });

/** Of the server and its worker, in microseconds, as Node.js tells of itself. */
function cpuOf(pid: number): NodeJS.CpuUsage {
  const usage = { user: 0, system: 0 };
  for (const one of [pid, ...childrenOf(pid)]) {
    const fields = readFileSync(`/proc/${one}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    usage.user += (Number(fields[11]) / ticksPerSecond) * 1e6;
    usage.system += (Number(fields[12]) / ticksPerSecond) * 1e6;
  }
  return usage;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
