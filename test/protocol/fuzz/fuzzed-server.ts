import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { RawConnection } from "../raw-connection.js";

const script = fileURLToPath(new URL("fuzz-server.ts", import.meta.url));

/** The server under fire, in its own process. */
export class FuzzedServer {
  readonly #process: ChildProcess;
  readonly #port: number;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.#port = port;
  }

  static async start(name: "uws" | "node"): Promise<FuzzedServer> {
    const child = spawn(process.execPath, ["--import", "tsx", script, name], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    return new FuzzedServer(child, Number(line));
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${this.#port}/`;
  }

  connect(): Promise<RawConnection> {
    return RawConnection.open({ port: this.#port, host: "127.0.0.1" });
  }

  /** Throws when the server is dead, answers nothing, or has seen a request that only ever stood inside of another. */
  async check(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      throw new Error(`the server ended with ${this.#process.exitCode ?? this.#process.signalCode}`);
    }
    const connection = await this.connect();
    connection.send("GET /alive HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    const { body } = await connection.response();
    connection.destroy();
    if (body !== "nothing hidden") throw new Error(`a request was smuggled in: ${body}`);
  }

  async stop(): Promise<void> {
    this.#process.stdin?.end();
    await once(this.#process, "exit");
  }
}

/** How many cases a property is tried with: few in the suite, `FUZZ_CASES` of them on request. */
const fuzzCases = Number(process.env["FUZZ_CASES"] ?? 100);

/** A case that takes longer than this hangs. */
const caseTimeoutMs = 5000;

/** What properties are checked with. The first failure is told with its seed, without looking for a smaller one. */
export const fuzzOptions = { numRuns: fuzzCases, timeout: caseTimeoutMs, endOnFailure: true };

/** How long a property may take. */
export const fuzzTimeoutMs = 20_000 + fuzzCases * 100;
