import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";

import { builtIndex, scratch } from "../project/scratch.js";

const from = (folder: string) => JSON.stringify(builtIndex.replace("index.js", `${folder}/index.js`));
const program = `
  import { Cache, databaseCache, redisCache } from ${from("cache")};
  import { closeDatabases, connectDatabase, databases } from ${from("orm")};

  const [url, prefix] = process.argv.slice(2);
  const isRedis = url.startsWith("redis");
  if (!isRedis) databases.set("default", await connectDatabase(url));
  const engine = isRedis ? redisCache(url, { prefix }) : databaseCache();
  const cache = new Cache({ engine, prefix: "t:" });
  const makes = [];
  const methods = {
    // What it makes is given by the test, when the test says so.
    getOrSet: (key, options) =>
      cache.getOrSet(key, () => new Promise((resolve) => {
        makes.push(resolve);
        process.send({ making: key });
      }), options),
  };
  process.on("message", async ({ id, method, args }) => {
    if (method === "make") return makes.shift()(args[0]);
    try {
      const call = methods[method] ?? ((...given) => cache[method](...given));
      const value = await call(...args);
      if (process.connected) process.send({ id, value, isThere: value !== undefined });
    } catch (thrown) {
      process.send({ id, error: String(thrown) });
    }
  });
  process.send({ ready: true });
`;

interface Answer {
  readonly id?: number;
  readonly value?: unknown;
  readonly isThere?: boolean;
  readonly error?: string;
  readonly making?: string;
}

/** A process of its own with a cache that others share. */
export class CacheProcess {
  /** The keys whose values it was asked to make, in order. */
  readonly making: string[] = [];
  readonly #child: ChildProcess;
  readonly #open = new Map<number, (answer: Answer) => void>();
  #calls = 0;
  #ready: () => void = () => {};

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (answer: Answer & { readonly ready?: true }) => {
      if (answer.ready === true) this.#ready();
      if (answer.making !== undefined) this.making.push(answer.making);
      if (answer.id !== undefined) this.#open.get(answer.id)?.(answer);
    });
  }

  /** Starts one on the engine that `url` names. */
  static async start(url: string, prefix: string): Promise<CacheProcess> {
    const directory = await scratch({ "cache.js": program });
    const started = new CacheProcess(fork(join(directory, "cache.js"), [url, prefix]));
    await new Promise<void>((resolve, reject) => {
      started.#ready = resolve;
      started.#child.once("exit", (code) => reject(new Error(`the process ended with ${code}`)));
    });
    return started;
  }

  /** Calls a method of its cache. */
  async call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = (this.#calls += 1);
    const answered = new Promise<Answer>((resolve) => this.#open.set(id, resolve));
    this.#child.send({ id, method, args });
    const { value, isThere, error } = await answered;
    if (error !== undefined) throw new Error(error);
    return isThere === true ? value : undefined;
  }

  /** Gives the value that it is asked to make. */
  make(value: unknown): void {
    this.#child.send({ method: "make", args: [value] });
  }

  /** Ends it at once, whatever it does. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }
}
