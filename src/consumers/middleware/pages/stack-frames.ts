import { fileURLToPath } from "node:url";

/** A line of a stack. */
export interface StackFrame {
  /** The name of the function; empty at the top of a module. */
  readonly function: string;
  /** A path, or what Node.js calls its own modules. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Whether it is the project's own code: neither Node.js's, nor an installed package's, nor the framework's. */
  readonly isOwn: boolean;
}

const shape = /^\s*at (?:(.+?) \()?((?:node:|file:|[a-z]:[\\/]|\/)[^()\n]*?):(\d{1,9}):(\d{1,9})\)?$/i;

/** Where the framework's own files lie: its sources or what was built of them. */
const frameworkRoot = fileURLToPath(new URL("../../../", import.meta.url));

/** The frames of an error's stack. What the message says is not taken for any, whatever it looks like. */
export function stackFrames({ stack = "", message }: Error, framework: string = frameworkRoot): StackFrame[] {
  const found = message === "" ? -1 : stack.indexOf(message);
  const lines = stack.slice(found < 0 ? 0 : found + message.length).split("\n");
  return lines.flatMap((line) => frameOf(line, framework) ?? []);
}

function frameOf(line: string, framework: string): StackFrame | undefined {
  const match = shape.exec(line);
  if (match === null) return undefined;
  const [, name = "", place = "", row = "", column = ""] = match;
  const file = place.startsWith("file:") ? pathOf(place) : place;
  const isOwn = !file.startsWith("node:") && !/[\\/]node_modules[\\/]/.test(file) && !file.startsWith(framework);
  return { function: name.replace(/^async /, ""), file, line: Number(row), column: Number(column), isOwn };
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ""));
  } catch {
    return url;
  }
}
