import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { createLogger, setLogger } from "hotclub/core";
import type { GroupPosition } from "hotclub/layers";

import { networkLine } from "../network-line.js";
import { type Given, type Joined, LayerSite, type Site } from "./site.js";

type Call = "join" | "leave" | "send" | "given" | "back";

interface Asked {
  readonly id: number;
  readonly call: Call;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A layer in a process of its own, which is killed when it crashes. */
export class ProcessSite implements Site {
  readonly #child: ChildProcess;
  readonly #line: Awaited<ReturnType<typeof networkLine>>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(child: ChildProcess, line: Awaited<ReturnType<typeof networkLine>>) {
    this.#child = child;
    this.#line = line;
    child.on("message", (answer: Answer) => this.#waiting.get(answer.id)?.(answer));
  }

  static async start(url: string, prefix: string): Promise<ProcessSite> {
    const line = await networkLine(url);
    const child = fork(fileURLToPath(import.meta.url), [line.url, prefix], {
      execArgv: ["--import", "tsx"],
      serialization: "advanced",
    });
    await once(child, "message");
    return new ProcessSite(child, line);
  }

  join(group: string, since: GroupPosition | undefined): Promise<Joined> {
    return this.#ask("join", group, since) as Promise<Joined>;
  }

  async leave(member: string): Promise<void> {
    await this.#ask("leave", member);
  }

  /** What was under way when the process was killed may have been sent. */
  send(group: string, n: number): Promise<boolean> {
    return this.#ask("send", group, n).catch(() => false) as Promise<boolean>;
  }

  given(member: string, n: number): Promise<Given> {
    return this.#ask("given", member, n) as Promise<Given>;
  }

  async cut(): Promise<void> {
    const isBack = this.#ask("back");
    // Once it is listening for that.
    await this.#ask("send", "nowhere", 0);
    this.#line.heal();
    await isBack;
  }

  async crash(): Promise<ReadonlyMap<string, Given>> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
    this.#line.close();
    for (const [id, answer] of this.#waiting) answer({ id, error: "the process was killed" });
    return new Map();
  }

  #ask(call: Call, ...args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, error }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      });
      this.#child.send({ id, call, args } satisfies Asked, () => {});
    });
  }
}

const [script, url, prefix] = process.argv.slice(1);
if (script === fileURLToPath(import.meta.url) && url !== undefined && prefix !== undefined) {
  setLogger(createLogger({ level: "silent" }));
  const site = await LayerSite.open(url, prefix, false);
  process.on("disconnect", () => process.exit());
  process.on("message", ({ id, call, args }: Asked) => {
    const done = (site[call] as (...given: unknown[]) => Promise<unknown>).apply(site, [...args]);
    done.then(
      (value) => process.send?.({ id, value: plain(value) } satisfies Answer),
      (error: unknown) => process.send?.({ id, error: String(error) } satisfies Answer),
    );
  });
  process.send?.("ready");
}

/** What can be sent to another process. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("numbers" in value)) return value;
  const { numbers, position } = value as Given;
  return { numbers, position: position && { ...position } };
}
