import { createRequire } from "node:module";
import { constants } from "node:os";

import { Command, InvalidArgumentError, Option } from "commander";

import { describeRoutes, type RouteDescription } from "../../consumers/index.js";
import { HotclubError } from "../../core/index.js";
import { findProjectFile, loadProject } from "../load-project.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "../options.js";
import { BenchRun, readArguments, taskNames } from "./bench-run.js";
import { type BenchDocument, benchTable, makeDocument, readDocument } from "./document.js";
import { BenchOptionInvalid, BenchProcessFailed, BenchTargetMissing, BenchTargetRefuses } from "./errors.js";
import type { BenchFigures } from "./figures.js";
import { readHeaders, readPath, type RequestOptions, requestSpec } from "./request.js";

interface BenchOptions extends ProjectOptions, RequestOptions {
  readonly route: readonly string[];
  readonly socket: readonly string[];
  readonly task: readonly string[];
  readonly connections: number;
  readonly sockets: number;
  readonly seconds: number;
  readonly message?: string;
  readonly args?: string;
  readonly count: number;
  readonly flows: number;
  readonly json?: boolean;
  readonly baseline?: string;
  readonly saved?: string;
}

/** `hotclub bench` */
export function benchCommand(): Command {
  return withProjectOption(new Command("bench"))
    .description(
      "Measure routes, sockets and tasks of the project, with its settings and its database. Without targets: every GET route without parameters.",
    )
    .addOption(many("--route <path>", "a path, or the name of a route without parameters"))
    .addOption(many("--socket <path>", "the path of a WebSocket"))
    .addOption(many("--task <name>", "a task: it is enqueued and really run"))
    .addOption(new Option("--seconds <number>", "how long each target is measured").argParser(seconds).default(10))
    .addOption(
      new Option("--connections <number>", "with --route: how many").argParser(wholeNumber(1, 10_000)).default(50),
    )
    .addOption(new Option("--method <name>", "with --route: the method (default: GET, or POST with a body)"))
    .addOption(new Option("--body <text>", "with --route: what is sent"))
    .addOption(many("--header <line>", 'a header of each request and socket: "name: value"'))
    .addOption(new Option("--cookie <text>", 'the cookies: "sessionid=…"'))
    .addOption(
      new Option("--sockets <number>", "with --socket: how many").argParser(wholeNumber(1, 50_000)).default(100),
    )
    .addOption(new Option("--message <text>", "with --socket: what is sent, and answered"))
    .addOption(new Option("--args <json>", "with --task: its arguments"))
    .addOption(
      new Option("--count <number>", "with --task: how many").argParser(wholeNumber(1, 1_000_000)).default(1000),
    )
    .addOption(
      new Option("--flows <number>", "with --task: how many enqueue at once")
        .argParser(wholeNumber(1, 1000))
        .default(50),
    )
    .addOption(new Option("--json", "one JSON document on standard output"))
    .addOption(new Option("--baseline <file>", "what --json has printed before, to compare with"))
    .addOption(new Option("--saved <file>", "show what --json has printed, and measure nothing"))
    .action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  refuseIdle(options);
  const baseline = options.baseline === undefined ? undefined : readDocument("--baseline", options.baseline);
  if (options.saved !== undefined) return tell(readDocument("--saved", options.saved), baseline, options.json);
  const file = findProjectFile(options.project);
  const project = await loadProject(file);
  const routes = describeRoutes([...project.apps].flatMap((app) => app.routes ?? []));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const headers = readHeaders(options, hostOf(project.settings.allowedHosts));
  const args = options.args === undefined ? undefined : readArguments(options.args);
  const isEvery = [options.route, options.socket, options.task].every((targets) => targets.length === 0);
  const paths = isEvery ? plainPaths(routes) : options.route.map((target) => pathOf(target, routes));
  const specs = paths.map((path) => requestSpec(path, options, headers));
  const sockets = options.socket.map((target) => readPath("--socket", target));
  const known = taskNames(project);
  const unknown = options.task.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new BenchTargetMissing({ kind: "task", wanted: unknown, known });

  if (isEvery) say(listOf(routes));
  const { signal, exitCode } = abortOnSignals();
  const run = new BenchRun({ project, file, routes, seconds: options.seconds, say, signal });
  const targets: readonly (readonly [name: string, measure: () => Promise<readonly BenchFigures[]>])[] = [
    ...specs.map(
      (spec) => [`${spec.method} ${spec.path}`, async () => [await run.route(spec, options.connections)]] as const,
    ),
    ...sockets.map(
      (path) => [`socket ${path}`, () => run.socket(path, headers, options.sockets, options.message)] as const,
    ),
    ...options.task.map((name) => [`task ${name}`, () => run.task(name, args, options.count, options.flows)] as const),
  ];
  const benches: BenchFigures[] = [];
  const skipped: Record<string, string> = {};
  let looked = 0;
  for (const [name, measure] of targets) {
    try {
      benches.push(...(await measure()));
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof HotclubError) || (error instanceof BenchProcessFailed && !run.hasServed)) throw error;
      // The others are measured. That one of many refuses which nobody named is no failure.
      skipped[name] = error instanceof BenchTargetRefuses ? error.params.problem : error.message;
      if (!isEvery || !(error instanceof BenchTargetRefuses)) process.exitCode = 1;
      say(`  ${error.message}`);
    }
    looked += 1;
  }
  if (signal.aborted) {
    say(`Interrupted: ${looked} of ${targets.length} targets were looked at.`);
    process.exitCode = exitCode();
  }
  const { version } = createRequire(import.meta.url)("../../../package.json") as { version: string };
  // A table of nothing says nothing; why, the lines before have said.
  if (benches.length === 0 && options.json !== true && process.exitCode !== undefined) return;
  tell(makeDocument(project.name, version, benches, skipped), baseline, options.json);
}

/** What was measured until a signal came is told; what runs is ended. */
function abortOnSignals(): { readonly signal: AbortSignal; readonly exitCode: () => number } {
  const interrupted = new AbortController();
  let code = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      code ||= 128 + constants.signals[signal];
      interrupted.abort();
    });
  }
  return { signal: interrupted.signal, exitCode: () => code };
}

/** An option that would change nothing is an error; so is one that would send a form to every page. */
function refuseIdle(options: BenchOptions): void {
  const { route, socket, task } = options;
  const refuse = (option: string, problem: string): never => {
    throw new BenchOptionInvalid({ option: `--${option}`, problem });
  };
  if (options.saved !== undefined && route.length + socket.length + task.length > 0) {
    refuse("saved", "it measures nothing, and takes no --route, --socket or --task");
  }
  if (route.length === 0) {
    for (const option of ["method", "body"] as const) {
      if (options[option] !== undefined) refuse(option, "it belongs to a --route; there is none");
    }
  }
  if (socket.length === 0 && options.message !== undefined)
    refuse("message", "it belongs to a --socket; there is none");
  if (task.length === 0 && options.args !== undefined) refuse("args", "it belongs to a --task; there is none");
}

function tell(document: BenchDocument, baseline: BenchDocument | undefined, isJson = false): void {
  process.stdout.write(isJson ? `${JSON.stringify(document, null, 2)}\n` : `${benchTable(document, baseline)}\n`);
}

function many(flags: string, description: string): Option {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  return new Option(flags, `${description} (again for more)`).argParser(collect).default([], "none");
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0.1 && value <= 86_400) return value;
  throw new InvalidArgumentError("It must be a number of seconds from 0.1 to 86400.");
}

/** A host that the site answers to. */
function hostOf(allowedHosts: readonly string[]): string {
  const first = allowedHosts.find((host) => host !== "*");
  return first === undefined ? "localhost" : first.replace(/^\./, "");
}

/** A path as it is, or that of a route of this name. Throws `BenchTargetMissing`. */
function pathOf(target: string, routes: readonly RouteDescription[]): string {
  if (target.startsWith("/")) return target;
  const named = routes.filter(({ kind, name }) => kind === "http" && name !== null);
  const found = named.find(({ name, path }) => name === target && isPlain(path));
  if (found !== undefined) return found.path;
  const known = named.flatMap(({ name, path }) => (name !== null && isPlain(path) ? [name] : []));
  throw new BenchTargetMissing({ kind: "route without parameters of the name", wanted: target, known });
}

function isPlain(path: string): boolean {
  return !/[:*]/.test(path);
}

function plainPaths(routes: readonly RouteDescription[]): readonly string[] {
  const plain = routes.filter(
    ({ kind, methods, path, host }) => kind === "http" && methods.includes("GET") && host === null && isPlain(path),
  );
  return [...new Set(plain.map(({ path }) => path))];
}

function listOf(routes: readonly RouteDescription[]): string {
  const lines = routes.map(({ kind, methods, path }) => `  ${kind === "http" ? methods.join(" ") : kind} ${path}`);
  return ["The project has these routes; those that answer GET and have no parameters are measured:", ...lines].join(
    "\n",
  );
}
