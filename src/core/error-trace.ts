import { fileURLToPath } from "node:url";

/** Where Hotclub's own code is, as stacks name it. */
const home = new URL("../", import.meta.url);
const homes: readonly string[] = [home.href, fileURLToPath(home)];

/** What `Error.captureStackTrace` fills. Its name and message are empty, so that its stack has calls only. */
class Trace {
  declare readonly stack?: string;
  readonly name = "";
  readonly message = "";
}

/**
 * Gives `error` a stack that begins where the program called Hotclub. It is written when somebody reads it: few errors
 * are, of those that are caught. `made` is the constructor, or the function, that is running.
 */
export function takeTrace(error: Error, made: NewableFunction | CallableFunction): void {
  const trace = new Trace();
  const { stackTraceLimit } = Error;
  // Deeper than is shown: Hotclub's own calls come first.
  Error.stackTraceLimit = stackTraceLimit * 2;
  Error.captureStackTrace(trace, made);
  Error.stackTraceLimit = stackTraceLimit;
  let text: string | undefined;
  Object.defineProperty(error, "stack", {
    configurable: true,
    enumerable: false,
    get: () => (text ??= [`${error.name}: ${error.message}`, ...callsIn(trace)].join("\n")),
    set: (given: string) => {
      text = given;
    },
  });
}

function callsIn({ stack = "" }: Trace): string[] {
  const calls = stack.split("\n").filter((line) => line.startsWith("    at "));
  const first = calls.findIndex((call) => !isInside(call));
  // What begins in Hotclub itself, or was bundled with it, has no calls of the program to begin with.
  return (first === -1 ? calls : calls.slice(first)).slice(0, Error.stackTraceLimit);
}

/** Whether a call is one of Hotclub, of Node.js, or of the language itself. */
function isInside(call: string): boolean {
  return call.includes("node:") || call.endsWith("(<anonymous>)") || homes.some((path) => call.includes(path));
}
