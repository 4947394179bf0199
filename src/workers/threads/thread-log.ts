import { Writable } from "node:stream";

import { createLogger, getLogger, type Logger } from "../../core/index.js";

/** What the log of the process adds to each line by itself. */
const own = new Set(["level", "time", "pid", "hostname", "msg"]);

type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

const levels: Readonly<Record<number, Level>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** A thread's logger: hands each line on, as the process has one log. */
export function threadLogger(level: string, send: (line: string) => void): Logger {
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      send(line.toString("utf8"));
      done();
    },
  });
  return createLogger({ level, format: "json", destination });
}

/** Writes a line of a thread into the log of the process. */
export function logLineOfThread(line: string): void {
  const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const fields = Object.fromEntries(Object.entries(entry).filter(([key]) => !own.has(key)));
  getLogger()[levels[Number(entry["level"])] ?? "info"](fields, typeof entry["msg"] === "string" ? entry["msg"] : "");
}
