import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

/** What a figure was measured on. */
export function describeMachine(): object {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: release(),
  };
}

/** Node and the libraries that the measured servers stand on. */
export function describeVersions(libraries: readonly string[]): Record<string, string> {
  const versions: Record<string, string> = { node: process.versions.node };
  for (const library of libraries) {
    const path = new URL(`../../node_modules/${library}/package.json`, import.meta.url);
    versions[library] = (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
  }
  return versions;
}

/** The commit that was measured, with `+changes` when the tree differs from it; `unknown` outside a checkout. */
export function describeCommit(): string {
  try {
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
    return execFileSync("git", ["status", "--porcelain"], { encoding: "utf8" }).trim() === ""
      ? commit
      : `${commit}+changes`;
  } catch {
    return "unknown";
  }
}
