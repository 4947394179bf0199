import { createRequire } from "node:module";
import type { Writable } from "node:stream";

import { type LogFn, pino, type Logger as PinoLogger } from "pino";
import type { default as PinoPretty } from "pino-pretty";

import { currentLogContext } from "./context.js";
import { withoutSecrets } from "./redact.js";
import { terminalError, terminalText } from "./terminal-text.js";

/** A structured logger (pino): `logger.info({ room }, "joined")`. */
export type Logger = PinoLogger;

/** Options of `createLogger`. */
export interface LoggerOptions {
  /** The least serious line that is written. Default `info`. */
  readonly level?: string;
  /** `auto` (default) is pretty when standard output is a terminal, otherwise JSON, a line each. */
  readonly format?: "auto" | "pretty" | "json";
  /** Where lines go instead of standard output. */
  readonly destination?: Writable;
}

/** Makes a logger whose every line carries the request id of the running code, where there is one. */
export function createLogger({ level = "info", format = "auto", destination }: LoggerOptions = {}): Logger {
  const options = {
    level,
    mixin: (_line: object, _level: number, logger: PinoLogger) => contextOf(logger),
    formatters: { log: withoutSecrets },
  };
  const isPretty = format === "pretty" || (format === "auto" && destination === undefined && process.stdout.isTTY);
  if (isPretty) {
    // Loaded where it is used: most processes write JSON, and each of them would start later.
    const pretty = createRequire(import.meta.url)("pino-pretty") as typeof PinoPretty;
    // Written at once: the last line before an exit is often the one that matters.
    const written = pretty({
      ignore: "pid,hostname",
      singleLine: true,
      sync: true,
      ...(destination && { destination }),
    });
    return guarded(
      pino({ ...options, hooks: { logMethod: logReadably }, serializers: { err: terminalError } }, written),
    );
  }
  return guarded(destination === undefined ? pino(options) : pino(options, destination));
}

/** As pino makes children, without the types of levels that nobody has. */
type MakeChild = (this: PinoLogger, bindings: Record<string, unknown>, options?: object) => PinoLogger;

/** Keeps secrets out of what the children of a logger say in each line, too; children inherit it. */
function guarded(logger: PinoLogger): PinoLogger {
  const child = logger.child as unknown as MakeChild;
  const safeChild: MakeChild = function (bindings, options) {
    return child.call(this, withoutSecrets(bindings), options);
  };
  return Object.assign(logger, { child: safeChild as unknown as PinoLogger["child"] });
}

/** What stands in a message may come from anywhere. JSON escapes it by itself. */
function logReadably(this: PinoLogger, args: Parameters<LogFn>, method: LogFn): void {
  const readable = args.map((argument: unknown) => (typeof argument === "string" ? terminalText(argument) : argument));
  method.apply(this, readable as Parameters<LogFn>);
}

/** Loggers that carry a request id of their own. */
const scoped = new WeakSet<PinoLogger>();

function contextOf(logger: PinoLogger): object {
  const context = scoped.has(logger) ? undefined : currentLogContext();
  return context === undefined ? {} : { requestId: context.requestId };
}

/** A logger for one scope, whose lines carry this request id wherever they are written. */
export function createScopeLogger(requestId: string): Logger {
  const logger = getLogger().child({ requestId });
  scoped.add(logger);
  return logger;
}

let rootLogger: Logger = createLogger();

/** Replaces the process's logger and gives back the one before. */
export function setLogger(logger: Logger): Logger {
  const previous = rootLogger;
  rootLogger = logger;
  return previous;
}

/** The process's logger. Ask for it when you log, not when your module loads: the project replaces it at start. */
export function getLogger(): Logger {
  return rootLogger;
}
