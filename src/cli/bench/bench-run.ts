import type { RouteDescription } from "../../consumers/index.js";
import { type Project } from "../../project/index.js";
import { inheritedEnvironment } from "../process.js";
import { BenchProcess } from "./bench-process.js";
import { BenchOptionInvalid, BenchTargetRefuses } from "./errors.js";
import { type BenchFigures, figuresOf, type MeasuredRound, sumOf, whole } from "./figures.js";
import { type Echo, type LoadOrder, type LoadRound } from "./load.js";
import { probeRoute, refusedSocket } from "./probe.js";
import { handshakeText, type RequestSpec, requestText } from "./request.js";
import type { Opened } from "./socket-load.js";
import type { Enqueued, Ran, TaskOrder } from "./task-main.js";

/** So many rounds, whose medians are told. */
const roundCount = 5;

/** What a run measures with. */
export interface BenchRunOptions {
  readonly project: Project;
  /** The file of the project: each process loads it for itself. */
  readonly file: string;
  readonly routes: readonly RouteDescription[];
  readonly seconds: number;
  readonly say: (line: string) => void;
  /** Ends what runs; whoever waits for it hears that its process has ended. */
  readonly signal: AbortSignal;
}

/** As `hotclub serve` runs it, but on a port of its own, without TLS, and without debug pages. */
const environment: NodeJS.ProcessEnv = {
  ...inheritedEnvironment,
  DEBUG: "0",
  UNIX_SOCKET: "",
  TLS_CERT_FILE: "",
  TLS_KEY_FILE: "",
};

/** Measures one target after the other. Each has a server and a load of its own. */
export class BenchRun {
  readonly #options: BenchRunOptions;
  #hasServed = false;

  constructor(options: BenchRunOptions) {
    this.#options = options;
  }

  /** Whether the project has been served at all: where it has not, no other target fares better. */
  get hasServed(): boolean {
    return this.#hasServed;
  }

  /** Keeps so many connections busy with a request each. */
  async route(spec: RequestSpec, connections: number): Promise<BenchFigures> {
    const name = `${spec.method} ${spec.path}`;
    return this.#withServer(name, async (server, load, port) => {
      await probeRoute(port, spec, this.#options.routes);
      const before = (await server.usage()).memoryBytes;
      await order(load, { do: "http", port, connections, request: requestText(spec) });
      const rounds = await this.#rounds({ name, unit: "requests" }, server, load);
      const lost = await order<number>(load, { do: "close" });
      const after = (await server.usage()).memoryBytes;
      return figuresOf(name, "requests", rounds, { before, after }, lost);
    });
  }

  /** Opens so many sockets; with a message, has them send it. */
  async socket(
    path: string,
    headers: Readonly<Record<string, string>>,
    sockets: number,
    message: string | undefined,
  ): Promise<BenchFigures[]> {
    const name = `socket ${path}`;
    return this.#withServer(name, async (server, load, port) => {
      const before = await server.usage();
      const handshake = handshakeText(path, headers);
      const opened = await order<Opened>(load, { do: "socket", port, sockets, handshake });
      const [refused] = Object.keys(opened.refused);
      if (opened.opened === 0) throw refusedSocket(path, refused ?? "nothing", this.#options.routes);
      const after = await server.usage();
      const opening: MeasuredRound = {
        done: opened.opened,
        delivered: 0,
        lost: 0,
        errors: opened.refused,
        p50: null,
        p99: null,
        seconds: opened.seconds,
        busy: 0,
        cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      };
      const memory = { before: before.memoryBytes, after: after.memoryBytes };
      const figures: BenchFigures[] = [{ ...figuresOf(name, "sockets opened", [opening], memory, 0), loadBusy: null }];
      if (message === undefined) return figures;
      const echo = await order<Echo>(load, { do: "probe", message });
      if (echo.own === 0) throw new BenchTargetRefuses({ target: name, problem: silence(echo) });
      const heard = echo.others === 0 ? "to its sender" : `to its sender and ${echo.others} to each other socket`;
      this.#options.say(`  ${name}: a message brings ${echo.own} ${heard}`);
      const isBroadcast = echo.others > 0;
      const unit = isBroadcast ? "deliveries" : "messages";
      const count = ({ done, delivered }: LoadRound): number => (isBroadcast ? delivered : done);
      const rounds = await this.#rounds({ name, unit, countOf: count, errorsBefore: echo.errors }, server, load);
      const end = (await server.usage()).memoryBytes;
      figures.push(figuresOf(name, unit, rounds, { before: before.memoryBytes, after: end }, 0, count));
      return figures;
    });
  }

  /** Enqueues a task so many times, then runs them all in one worker. */
  async task(task: string, args: unknown, count: number, flows: number): Promise<BenchFigures[]> {
    const { file, say, signal } = this.#options;
    const name = `task ${task}`;
    say(`${name}: ${count} are enqueued, then run`);
    const worker = new BenchProcess("worker", "./task-main.js", { core: 0, environment, signal });
    try {
      await taskOrder(worker, { do: "open", file, task });
      const before = await worker.usage();
      const enqueued = await taskOrder<Enqueued>(worker, { do: "enqueue", count, args, flows });
      const between = await worker.usage();
      const none = { delivered: 0, lost: 0, errors: {}, busy: 0 };
      const enqueueing: MeasuredRound = {
        ...none,
        ...enqueued,
        done: count,
        cpuSeconds: between.cpuSeconds - before.cpuSeconds,
      };
      say(`  ${name}: ${count} enqueued in ${enqueued.seconds.toFixed(1)} s`);
      const ran = await taskOrder<Ran>(worker, { do: "run" });
      const after = await worker.usage();
      const running: MeasuredRound = {
        ...none,
        done: count,
        errors: Object.fromEntries(Object.entries(ran.failed).map(([why, times]) => [`failed with ${why}`, times])),
        p50: null,
        p99: null,
        seconds: ran.seconds,
        cpuSeconds: after.cpuSeconds - between.cpuSeconds,
      };
      const memory = { before: before.memoryBytes, after: after.memoryBytes };
      return [
        { ...figuresOf(name, "tasks enqueued", [enqueueing], memory, 0), loadBusy: null },
        { ...figuresOf(name, "tasks run", [running], memory, 0), loadBusy: null },
      ];
    } finally {
      await worker.stop();
    }
  }

  async #withServer<Result>(
    name: string,
    work: (server: BenchProcess, load: BenchProcess, port: number) => Promise<Result>,
  ): Promise<Result> {
    const { file, say, signal } = this.#options;
    say(name);
    const server = new BenchProcess("server", "./serve-main.js", { core: 0, environment, signal });
    const load = new BenchProcess("load", "./load-main.js", { core: 1, environment, signal });
    try {
      const port = await server.ask<number>({ do: "serve", file });
      this.#hasServed = true;
      return await work(server, load, port);
    } finally {
      await Promise.all([server.stop(), load.stop()]);
    }
  }

  /** A warm-up as long as a round, then the rounds. */
  async #rounds(what: Counted, server: BenchProcess, load: BenchProcess): Promise<MeasuredRound[]> {
    const { seconds, say } = this.#options;
    const { name, unit, countOf = ({ done }) => done, errorsBefore } = what;
    const each = seconds / roundCount;
    const warmUp = await order<LoadRound>(load, { do: "round", seconds: each });
    // A socket that has ended is missing in all rounds; they say why.
    const missing = errorsBefore === undefined ? [] : [errorsBefore, warmUp.errors];
    const rounds: MeasuredRound[] = [];
    for (let round = 1; round <= roundCount; round++) {
      const before = await server.usage();
      const its = await order<LoadRound>(load, { do: "round", seconds: each });
      const { cpuSeconds } = await server.usage();
      const errors = sumOf([...missing.splice(0), its.errors]);
      rounds.push({ ...its, errors, cpuSeconds: cpuSeconds - before.cpuSeconds });
      say(`  ${name} round ${round}/${roundCount}: ${whole(countOf(its) / its.seconds)} ${unit} per second`);
    }
    return rounds;
  }
}

/** What is counted of a target. */
interface Counted {
  readonly name: string;
  readonly unit: string;
  readonly countOf?: (round: LoadRound) => number;
  /** Of connections that are not opened again: what went wrong with them so far. */
  readonly errorsBefore?: LoadRound["errors"];
}

/** The tasks that a project has, by name. */
export function taskNames({ apps }: Project): readonly string[] {
  return [...apps].flatMap((app) => app.tasks ?? []).map(({ name }) => name);
}

function order<Result>(load: BenchProcess, what: LoadOrder): Promise<Result> {
  return load.ask(what);
}

function taskOrder<Result>(worker: BenchProcess, what: TaskOrder): Promise<Result> {
  return worker.ask(what);
}

function silence({ others, errors }: Echo): string {
  const [error] = Object.keys(errors);
  if (error !== undefined) return `sockets end when the message is sent: ${error}. hotclub serve logs why.`;
  return others > 0
    ? "others hear the message and its sender does not, so that nobody knows when to send the next. Have it answer the sender, too."
    : "nothing comes back for the message within 10 s. Is it one that the consumer answers? Without --message, opening and memory are measured.";
}

/** Arguments of a task. Throws `BenchOptionInvalid`. */
export function readArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BenchOptionInvalid({ option: `--args ${text}`, problem: (error as Error).message }, { cause: error });
  }
}
