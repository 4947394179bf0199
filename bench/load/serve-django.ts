import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { pin } from "../server-process.js";
import { leaveOut } from "./rows.js";

/** Clock ticks of `/proc` in a second, on every Linux that Node.js runs on. */
const ticksPerSecond = 100;
/** How long the server may take until it listens, in milliseconds. */
const patienceMs = 60_000;

/** What is needed of Python's packages, and which of Debian's that are. */
const packages = {
  uvicorn: { modules: "django, uvicorn", debian: "python3-django and python3-uvicorn" },
  daphne: { modules: "django, channels, daphne", debian: "python3-django, python3-django-channels and daphne" },
};

/** Serves what `django-asgi.py` has, where Debian's packages are installed; elsewhere it is left out. */
export async function serveDjango(
  server: keyof typeof packages,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const python = process.env["PYTHON_PATH"] ?? "/usr/bin/python3";
  const { modules, debian } = packages[server];
  if (process.platform !== "linux" || spawnSync(python, ["-c", `import ${modules}`]).status !== 0) {
    leaveOut(`it needs Linux and Debian's ${debian}`);
    return;
  }
  // The benches run compiled, from `.build`; this one is no TypeScript.
  const program = fileURLToPath(new URL("../../../bench/load/django-asgi.py", import.meta.url));
  const port = await freePort();
  // Its input ends with this process, and it ends with its input.
  const django = spawn(python, [program, server, String(port)], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, ...environment },
  });
  django.on("exit", (code) => process.exit(code ?? 1));
  await listening(port);
  const pid = django.pid ?? 0;
  pin(pid, 0);
  process.on("message", (message) => {
    if (message === "cpu") process.send?.({ cpu: cpuOf(pid) });
    if (message === "memory") process.send?.({ memory: 0 });
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
}

/** In microseconds, as Node.js tells of itself. */
function cpuOf(pid: number): NodeJS.CpuUsage {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const microseconds = (ticks: string | undefined): number => (Number(ticks) / ticksPerSecond) * 1e6;
  return { user: microseconds(fields[11]), system: microseconds(fields[12]) };
}

async function listening(port: number): Promise<void> {
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const socket = connect({ port, host: "127.0.0.1" });
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the server of Django does not listen");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
