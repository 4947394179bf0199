import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

import { pin } from "../server-process.js";
import { freePort } from "./free-port.js";
import { cpuSecondsOf } from "./proc.js";
import { leaveOut } from "./rows.js";

/** How long a server may take until it listens, in milliseconds. */
const patienceMs = 60_000;

/** A peer in Python. */
export interface PythonServer {
  /** What it imports, and the packages of Debian that have it. */
  readonly modules: string;
  readonly debian: string;
  /** The program, beneath `bench/`; it ends when its input ends. It gets the arguments and then a port to listen on. */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The Python that has all of some modules: Debian's, or the one that `PYTHON_PATH` names; undefined where none has. */
export function pythonWith(modules: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  const python = process.env["PYTHON_PATH"] ?? "/usr/bin/python3";
  return spawnSync(python, ["-c", `import ${modules}`], { stdio: "ignore" }).status === 0 ? python : undefined;
}

/** Where a file of `bench/` is that the compiler leaves where it is: the benches run compiled, from `.build`. */
export function sourceFile(path: string): string {
  return fileURLToPath(new URL(`../../../bench/${path}`, import.meta.url));
}

/** Has a program in Python be the server of this process, where its packages are installed; elsewhere it is left out. */
export async function servePython({ modules, debian, program, args, environment }: PythonServer): Promise<void> {
  const python = pythonWith(modules);
  if (python === undefined) return leaveOut(`it needs Linux and Debian's ${debian}`);
  const port = await freePort();
  const server = spawn(python, [sourceFile(program), ...args, String(port)], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, ...environment },
  });
  server.on("exit", (code) => process.exit(code ?? 1));
  await listening(port);
  const pid = server.pid ?? 0;
  pin(pid, 0);
  process.on("message", (message) => {
    // In microseconds, as Node.js tells of itself.
    if (message === "cpu") process.send?.({ cpu: { user: cpuSecondsOf(pid) * 1e6, system: 0 } });
    if (message === "memory") process.send?.({ memory: 0 });
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
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
  throw new Error("a server in Python does not listen");
}
