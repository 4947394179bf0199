import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createLogger, setLogger } from "hotclub/core";
import { connectDatabase, createTables, databases } from "hotclub/orm";
import {
  endStates,
  type TaskBackend,
  taskBackends,
  taskModels,
  TaskBackendUnavailable,
  type TaskRef,
} from "hotclub/workers";
import { compiled } from "../compiled.js";
import { type PrivateServer, startPostgres, startRedis } from "../services/index.js";
import { type ChaosPlace, free, keyCount, openBackend, single, unique } from "./chaos-worker.js";

/** What is done to tasks in a run. */
export interface ChaosOptions {
  readonly kind: ChaosPlace["kind"];
  readonly tasks: number;
  readonly workers: number;
  /** How often something is killed, on average, in milliseconds. */
  readonly killEveryMs: number;
  readonly seed: number;
  readonly say?: (text: string) => void;
}

/** What has come of a run. The last three are to be 0. */
export interface ChaosResult {
  readonly seed: number;
  readonly enqueued: number;
  readonly runs: number;
  readonly workersKilled: number;
  /** Workers that were told to stop, by SIGTERM, in the middle of their work. */
  readonly workersStopped: number;
  readonly serversKilled: number;
  readonly lost: number;
  readonly unfinished: number;
  readonly sideBySide: number;
}

const leaseMs = 2000;
const queues = ["free", "single", "unique"];
const workerFile = compiled(new URL("chaos-worker.ts", import.meta.url));

/** Runs tasks while their workers and their server are killed at random moments. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { kind, tasks, seed, say = () => {} } = options;
  setLogger(createLogger({ level: "silent" }));
  const random = randomNumbers(seed);
  const server = kind === "bullmq" ? await startRedis({ durable: true }) : await startPostgres({ durable: true });
  const ledger = join(mkdtempSync(join(tmpdir(), "hotclub-chaos-")), "ledger");
  writeFileSync(ledger, "");
  const place: ChaosPlace = { kind, url: server.url, prefix: `chaos-${randomUUID()}`, leaseMs, ledger };
  if (kind === "database") await makeTables(server.url);
  const crew = new Crew(place, options.workers);
  const backend = await openBackend(place);
  taskBackends.set("default", backend);
  const killer = new Killer(crew, server, options.killEveryMs, random);
  const killing = killer.run();
  try {
    const ids = await enqueueAll(tasks, random);
    say(`${ids.length} tasks are enqueued; ${killer.told}`);
    // Nearly all are to be run in the tumult, too.
    await waitUntilFewAreLeft(backend, tasks / 20, killer, say);
    killer.stop();
    await killing;
    const unfinished = await waitForAll(backend, ids, say);
    const book = readLedger(ledger, crew.deaths);
    return {
      seed,
      enqueued: ids.length,
      runs: book.starts,
      workersKilled: killer.workersKilled,
      workersStopped: killer.workersStopped,
      serversKilled: killer.serversKilled,
      lost: ids.filter(({ id }) => !book.ended.has(id)).length,
      unfinished,
      sideBySide: book.sideBySide,
    };
  } finally {
    killer.stop();
    await killing;
    await crew.dismiss();
    await backend.close();
    await server.dispose();
  }
}

async function makeTables(url: string): Promise<void> {
  const database = await connectDatabase(url);
  databases.set("chaos", database);
  await createTables(taskModels, { using: "chaos" });
  await database.close();
}

/** Enqueues tasks, each until the queue has said that it has it. Gives all that it has. */
async function enqueueAll(count: number, random: () => number): Promise<TaskRef[]> {
  const ids: TaskRef[] = [];
  const batch = 50;
  while (ids.length < count) {
    const size = Math.min(batch, count - ids.length);
    try {
      const kind = random();
      const keys = Array.from({ length: size }, () => ({ key: Math.floor(random() * keyCount) }));
      const handles =
        kind < 0.4
          ? await free.enqueueMany(keys.map(({ key }) => key % 5))
          : await (kind < 0.7 ? single : unique).enqueueMany(keys);
      ids.push(...handles.map(({ id, queue }) => ({ id, queue })));
    } catch (error) {
      // Of those that it was not told of, the queue may have some or none.
      if (!(error instanceof TaskBackendUnavailable)) throw error;
      await sleep(50);
    }
  }
  return ids;
}

/** Resolves when no more than so many tasks are left and each kind of mishap has happened, or nothing is left. */
async function waitUntilFewAreLeft(
  backend: TaskBackend,
  few: number,
  killer: Killer,
  say: (text: string) => void,
): Promise<void> {
  for (let left = Infinity; left > 0 && (left > few || !killer.hasDoneAll);) {
    await sleep(500);
    try {
      left = await countOfThoseLeft(backend);
    } catch (error) {
      if (!(error instanceof TaskBackendUnavailable)) throw error;
    }
    say(`${left} tasks are left; ${killer.told}`);
  }
}

async function countOfThoseLeft(backend: TaskBackend): Promise<number> {
  const counts = await backend.inspection.counts(queues);
  return counts.reduce((sum, { waiting, delayed, running }) => sum + waiting + delayed + running, 0);
}

/** Resolves when all tasks are over, or when nothing has happened for long: how many are not over. */
async function waitForAll(backend: TaskBackend, ids: readonly TaskRef[], say: (text: string) => void): Promise<number> {
  let left: readonly TaskRef[] = ids;
  let lastChange = performance.now();
  while (left.length > 0 && performance.now() - lastChange < 60_000) {
    const before = left.length;
    left = await notOver(backend, left);
    if (left.length < before) lastChange = performance.now();
    say(`${left.length} tasks are not over`);
    await sleep(500);
  }
  return left.length;
}

async function notOver(backend: TaskBackend, ids: readonly TaskRef[]): Promise<readonly TaskRef[]> {
  const left: TaskRef[] = [];
  for (let start = 0; start < ids.length; start += 200) {
    const chunk = ids.slice(start, start + 200);
    const states = await Promise.all(
      // Where the server is away, it is asked again.
      chunk.map((task) => backend.status(task).catch(() => undefined)),
    );
    left.push(...chunk.filter((_, index) => !endStates.has(states[index]?.state ?? "waiting")));
  }
  return left;
}

/** The worker processes, of which there are always as many. */
class Crew {
  /** When each process died, by its id, in nanoseconds of the system's clock. */
  readonly deaths = new Map<number, bigint>();
  readonly #place: ChaosPlace;
  readonly #workers = new Set<ChildProcess>();
  /** Those that work: one that only starts is left alone, or on a slow machine none would ever work. */
  readonly #working = new Set<ChildProcess>();
  #isDismissed = false;

  constructor(place: ChaosPlace, count: number) {
    this.#place = place;
    for (let n = 0; n < count; n += 1) this.#hire();
  }

  get isWorking(): boolean {
    return this.#working.size > 0;
  }

  /** Kills one of them, or tells it to stop; another takes its place. Whether there was one. */
  endOne(random: () => number, signal: "SIGKILL" | "SIGTERM"): boolean {
    const worker = [...this.#working][Math.floor(random() * this.#working.size)];
    if (worker === undefined) return false;
    this.#working.delete(worker);
    return worker.kill(signal);
  }

  async dismiss(): Promise<void> {
    this.#isDismissed = true;
    const ends = [...this.#workers].map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    for (const worker of this.#workers) worker.kill("SIGKILL");
    await Promise.all(ends);
  }

  #hire(): void {
    const args = [workerFile, JSON.stringify(this.#place)];
    const worker = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#workers.add(worker);
    worker.stdout.once("data", () => this.#working.add(worker));
    worker.once("exit", () => {
      if (worker.pid !== undefined) this.deaths.set(worker.pid, process.hrtime.bigint());
      this.#workers.delete(worker);
      this.#working.delete(worker);
      if (!this.#isDismissed) this.#hire();
    });
  }
}

class Killer {
  workersKilled = 0;
  workersStopped = 0;
  serversKilled = 0;
  readonly #crew: Crew;
  readonly #server: PrivateServer;
  readonly #everyMs: number;
  readonly #random: () => number;
  readonly #abort = new AbortController();

  constructor(crew: Crew, server: PrivateServer, everyMs: number, random: () => number) {
    this.#crew = crew;
    this.#server = server;
    this.#everyMs = everyMs;
    this.#random = random;
  }

  async run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      await sleep(this.#everyMs * (0.5 + this.#random()), undefined, { signal: this.#abort.signal }).catch(() => {});
      if (this.#abort.signal.aborted) return;
      // Where a machine is so slow that none works yet, another blow would only keep it so.
      if (!this.#crew.isWorking) continue;
      const what = this.#random();
      if (what < 0.4) {
        if (this.#crew.endOne(this.#random, "SIGKILL")) this.workersKilled += 1;
      } else if (what < 0.7) {
        if (this.#crew.endOne(this.#random, "SIGTERM")) this.workersStopped += 1;
      } else {
        await this.#server.kill("SIGKILL");
        this.serversKilled += 1;
        await sleep(this.#random() * 300);
        await this.#server.start();
      }
    }
  }

  get hasDoneAll(): boolean {
    return this.workersKilled > 0 && this.workersStopped > 0 && this.serversKilled > 0;
  }

  get told(): string {
    return `${this.workersKilled} workers and ${this.serversKilled} servers were killed, ${this.workersStopped} workers were stopped`;
  }

  stop(): void {
    this.#abort.abort();
  }
}

interface Run {
  readonly from: bigint;
  readonly to: bigint;
}

/** What the workers have written: which tasks came to their end, and how many of a key ran beside another. */
function readLedger(path: string, deaths: ReadonlyMap<number, bigint>) {
  const ended = new Set<string>();
  const open = new Map<string, bigint>();
  const runsOfKey = new Map<string, Run[]>();
  let starts = 0;
  const close = (place: string, key: string, to: bigint): void => {
    const from = open.get(place);
    open.delete(place);
    if (from === undefined || key === "-") return;
    const runs = runsOfKey.get(key) ?? [];
    runs.push({ from, to });
    runsOfKey.set(key, runs);
  };
  const keys = new Map<string, string>();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [what, id = "", key = "-", pid = "", at = "0"] = line.split(" ");
    const place = `${id} ${pid}`;
    if (what === "start") {
      starts += 1;
      keys.set(place, key);
      open.set(place, BigInt(at));
    } else if (what === "end") {
      ended.add(id);
      close(place, key, BigInt(at));
    }
  }
  // A run that did not come to its end ended with its process.
  for (const place of open.keys()) {
    const death = deaths.get(Number(place.split(" ")[1]));
    close(place, keys.get(place) ?? "-", death ?? process.hrtime.bigint());
  }
  let sideBySide = 0;
  for (const runs of runsOfKey.values()) {
    runs.sort((a, b) => (a.from < b.from ? -1 : 1));
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1];
      if (before !== undefined && before.to > run.from) sideBySide += 1;
    }
  }
  return { ended, starts, sideBySide };
}

/** The same numbers for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
