import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";

import { freePort } from "./free-port.js";
import { offerRows, type RowResult } from "./rows.js";

/** An app that is started over and over. It listens at the port that it finds in `PORT`. */
export interface StartedApp {
  readonly file: string | URL;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is asked first. Default `/`. */
  readonly path?: string;
}

/** What a start took until the first request was answered. */
interface Start {
  readonly cpuMs: number;
  readonly residentMiB: number;
  readonly ms: number;
}

/** How long a start may take, in milliseconds. */
const patienceMs = 120_000;
const probe = new URL("./start-up-probe.js", import.meta.url).href;

/** Offers to start an app again and again: what CPU time that takes (`cpu`), and what memory it holds then (`memory`). */
export function offerStarts(app: StartedApp): void {
  const row =
    (figure: "cpuMs" | "residentMiB") =>
    async (seconds: number): Promise<RowResult> => {
      const begin = performance.now();
      const starts: Start[] = [];
      do starts.push(await start(app));
      while (performance.now() - begin < seconds * 1000);
      const figures = starts.map((one) => one[figure]).sort((a, b) => a - b);
      return {
        done: figures[Math.floor(figures.length / 2)] ?? Number.NaN,
        seconds: (performance.now() - begin) / 1000,
        latenciesMs: starts.map(({ ms }) => ms),
      };
    };
  offerRows({ cpu: row("cpuMs"), memory: row("residentMiB") });
}

async function start({ file, args = [], cwd, env, path = "/" }: StartedApp): Promise<Start> {
  const port = await freePort();
  const begin = performance.now();
  const child = fork(file, args, {
    execArgv: ["--import", probe],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, ...env, PORT: String(port) },
    ...(cwd !== undefined && { cwd }),
  });
  const exited = once(child, "exit");
  try {
    await answered(child, port, path, begin);
    const ms = performance.now() - begin;
    const told = once(child, "message") as Promise<[Omit<Start, "ms">]>;
    child.send("figures");
    const [figures] = await told;
    return { ...figures, ms };
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}

/** Asks until there is an answer; before the server listens, only the kernel has to do with it. */
async function answered(child: ChildProcess, port: number, path: string, begin: number): Promise<void> {
  for (;;) {
    const status = await statusOf(port, path).catch(() => undefined);
    if (status === 200) return;
    if (status !== undefined) throw new Error(`${path} is answered with ${status}`);
    if (child.exitCode !== null) throw new Error(`the app ended with ${child.exitCode} before it answered`);
    if (performance.now() - begin > patienceMs) throw new Error("the app does not answer");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false });
    get({ port, path, host: "127.0.0.1", agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    }).on("error", reject);
  });
}
