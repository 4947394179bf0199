import { open } from "node:fs/promises";
import { extname } from "node:path";

/** Some lines of a file. */
export interface SourceExcerpt {
  /** The number of the first line; 1 is the file's first. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

const linesAround = 6;
const maxFileBytes = 1_048_576;
/** A stack names files of code; whatever else it seems to name is not opened. */
const codeEndings = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"]);

/** The lines around `line` of a file of code, or `undefined` where they cannot be read. */
export async function sourceExcerpt(path: string, line: number): Promise<SourceExcerpt | undefined> {
  if (!codeEndings.has(extname(path).toLowerCase())) return undefined;
  const text = await readSmall(path);
  const lines = text?.split(/\r?\n/);
  if (lines === undefined || line < 1 || line > lines.length) return undefined;
  const firstLine = Math.max(1, line - linesAround);
  return { firstLine, lines: lines.slice(firstLine - 1, line + linesAround) };
}

async function readSmall(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const stat = await file.stat();
      return stat.isFile() && stat.size <= maxFileBytes ? await file.readFile("utf8") : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
