import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";

/** Where compiled files of tests are: inside of this package, whose build is then what they import. */
const root = fileURLToPath(new URL("../.build/tests/", import.meta.url));

/**
 * A TypeScript file, or a folder of them, as JavaScript that imports the build (`hotclub/…`) and its own neighbours. For
 * processes of which a test starts many: to compile sources costs each of them more than all that it does. Gives the path
 * of what was compiled; what did not change since the last time is there already.
 */
export function compiled(source: URL): string {
  const path = fileURLToPath(source);
  const files = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"))
    : [basename(path)];
  const directory = statSync(path).isDirectory() ? path : dirname(path);
  const sources = files.sort().map((name) => [name, readFileSync(join(directory, name), "utf8")] as const);
  const hash = createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 16);
  const target = join(root, hash);
  if (!existsSync(target)) write(target, sources);
  return statSync(path).isDirectory() ? target : join(target, javaScriptName(basename(path)));
}

/** First beside its place: another process may do the same just now. */
function write(target: string, sources: readonly (readonly [name: string, text: string])[]): void {
  const draft = `${target}.${process.pid}`;
  for (const [name, text] of sources) {
    const file = join(draft, javaScriptName(name));
    mkdirSync(dirname(file), { recursive: true });
    const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
    writeFileSync(file, ts.transpileModule(text, { compilerOptions }).outputText);
  }
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

function javaScriptName(name: string): string {
  return name.replace(/\.ts$/, ".js");
}
