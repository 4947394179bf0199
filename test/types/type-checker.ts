import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const compiler = join(root, "node_modules/typescript7/bin/tsc");

/** What the compiler paid for a program. */
export interface TypeCost {
  readonly instantiations: number;
  readonly types: number;
  /** Of the whole check, in seconds. */
  readonly seconds: number;
}

/** Has TypeScript 7 check `source` against the declarations of the build. Rejects with what it says is wrong. */
export async function costOf(source: string): Promise<TypeCost> {
  const parent = join(root, ".build");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "types-"));
  const compilerOptions = { paths: { "hotclub/*": ["../../dist/*/index.d.ts"] } };
  const config = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  try {
    await writeFile(join(folder, "app.ts"), source);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = await promisify(execFile)(compiler, ["-p", folder, "--extendedDiagnostics"], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const figure = (name: string): number => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(stdout)?.[1]);
    return { instantiations: figure("Instantiations"), types: figure("Types"), seconds: figure("Total time") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
