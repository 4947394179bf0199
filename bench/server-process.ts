import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** Servers run on the first core, the load on the second, where the machine has two and `taskset`. */
export const canPin = availableParallelism() >= 2 && spawnSync("taskset", ["--version"]).status === 0;

/** Moves a process to one core. */
export function pin(pid: number, core: number): void {
  if (canPin) spawnSync("taskset", ["-a", "-p", "-c", String(core), String(pid)], { stdio: "ignore" });
}

/** A peer that cannot take part on this machine. */
export class LeftOut extends Error {}

/** A server of a case, in a process of its own. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(file: string, environment: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const child = fork(file, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: ["--expose-gc"],
      env: { ...process.env, ...environment, NODE_ENV: "production" },
    });
    const announced = once(child, "message") as Promise<[{ port: number } | { leftOut: string }]>;
    const exited = once(child, "exit").then(([code]) => {
      throw new Error(`${file} ended with code ${code} before it listened`);
    });
    const [message] = await Promise.race([announced, exited]);
    exited.catch(() => {});
    if ("leftOut" in message) {
      child.kill();
      throw new LeftOut(message.leftOut);
    }
    const { port } = message;
    if (child.pid !== undefined) pin(child.pid, 0);
    return new ServerProcess(child, port);
  }

  /** The CPU seconds that the process has used. */
  async cpuSeconds(): Promise<number> {
    const answered = once(this.#child, "message") as Promise<[{ cpu: NodeJS.CpuUsage }]>;
    this.#child.send("cpu");
    const [{ cpu }] = await answered;
    return (cpu.user + cpu.system) / 1e6;
  }

  /** How many bytes JavaScript holds, without garbage. */
  async memory(): Promise<number> {
    const answered = once(this.#child, "message") as Promise<[{ memory: number }]>;
    this.#child.send("memory");
    const [{ memory }] = await answered;
    return memory;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}
