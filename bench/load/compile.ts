import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { cpuSecondsOfEndedChildren } from "./proc.js";
import { leaveOut, offerRows, type Row, type RowResult } from "./rows.js";

// The benches run compiled, from `.build/bench`.
const root = fileURLToPath(new URL("../../../", import.meta.url));
/** The compilers, by the name of their row. */
const compilers = { typescript7: "typescript7/bin/tsc", typescript5: "typescript/bin/tsc" };

/** What the compiler says of a program. */
export interface CompileResult extends RowResult {
  readonly instantiations: number;
}

/** Offers to have a program of some files checked by each compiler. `done` is the CPU seconds that takes. */
export function offerCompiles(files: Readonly<Record<string, string>>): void {
  if (process.platform !== "linux") return leaveOut("it needs Linux, to know what a compiler used");
  const rows: Record<string, Row> = {};
  for (const [name, compiler] of Object.entries(compilers)) {
    rows[name] = () => check(files, join(root, "node_modules", compiler));
  }
  offerRows(rows);
}

async function check(files: Readonly<Record<string, string>>, compiler: string): Promise<CompileResult> {
  await mkdir(join(root, ".build"), { recursive: true });
  const folder = await mkdtemp(join(root, ".build/types-"));
  const compilerOptions = { paths: { "hotclub/*": ["../../dist/*/index.d.ts"] } };
  const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  try {
    for (const [name, source] of Object.entries(files)) await writeFile(join(folder, name), source);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const begin = performance.now();
    const before = cpuSecondsOfEndedChildren();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--max-old-space-size=6144", compiler, "-p", folder, "--extendedDiagnostics"],
      { maxBuffer: 64 * 2 ** 20 },
    ).catch((error: unknown) => {
      throw new Error(`the program is wrong:\n${(error as { stdout: string }).stdout.slice(0, 2000)}`, {
        cause: error,
      });
    });
    const ms = performance.now() - begin;
    const instantiations = Number(/^Instantiations:\s+(\d+)/m.exec(stdout)?.[1]);
    return { done: cpuSecondsOfEndedChildren() - before, seconds: ms / 1000, latenciesMs: [ms], instantiations };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
