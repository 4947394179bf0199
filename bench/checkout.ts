import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A commit in a folder of its own, built. */
export interface Checkout {
  readonly directory: string;
  /** The commit's hash, short. */
  readonly commit: string;
  /** Where files of the repository's `benchFolder` are in it. */
  fileOf(name: string): string;
  remove(): void;
}

/** What is checked out, and how the bench comes along. */
export interface CheckoutOptions {
  readonly repository: string;
  readonly ref: string;
  /**
   * The bench as it is built here, relative to the repository: it is copied, so that both sides are measured by the same
   * servers. Imports of the package by its own name then lead to that side's.
   */
  readonly benchFolder: string;
  readonly say: (line: string) => void;
}

/**
 * Checks a commit out into a temporary folder, gives it dependencies (those that are here, where its lock file is the same;
 * else `npm ci`) and builds it. Throws, with nothing left behind, where one of these fails. What was not removed by the
 * end of the process is removed then.
 */
export function checkOut({ repository, ref, benchFolder, say }: CheckoutOptions): Checkout {
  const commit = run(
    "git",
    ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`],
    repository,
    `There is no commit ${ref}.`,
  ).trim();
  const parent = mkdtempSync(join(tmpdir(), "hotclub-bench-"));
  const directory = join(parent, "tree");
  const remove = (): void => {
    process.off("exit", remove);
    spawnSync("git", ["worktree", "remove", "--force", directory], { cwd: repository, stdio: "ignore" });
    rmSync(parent, { recursive: true, force: true });
    spawnSync("git", ["worktree", "prune"], { cwd: repository, stdio: "ignore" });
  };
  process.once("exit", remove);
  try {
    const short = commit.slice(0, 9);
    say(`${ref} (${short}) is checked out and built`);
    run(
      "git",
      ["worktree", "add", "--detach", "--quiet", directory, commit],
      repository,
      `${ref} cannot be checked out`,
    );
    giveDependencies(repository, directory, commit, say);
    run("npm", ["run", "--silent", "build"], directory, `${ref} cannot be built`);
    cpSync(join(repository, benchFolder), join(directory, benchFolder), { recursive: true });
    return { directory, commit: short, fileOf: (name) => join(directory, benchFolder, name), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function giveDependencies(repository: string, directory: string, commit: string, say: (line: string) => void): void {
  const modules = join(repository, "node_modules");
  if (!existsSync(modules)) return;
  const isSame =
    spawnSync("git", ["diff", "--quiet", commit, "--", "package-lock.json"], { cwd: repository }).status === 0;
  if (isSame) {
    symlinkSync(realpathSync(modules), join(directory, "node_modules"));
    return;
  }
  say("  its package-lock.json is another: its dependencies are installed");
  run("npm", ["ci", "--no-audit", "--no-fund", "--silent"], directory, "its dependencies cannot be installed");
}

function run(command: string, args: readonly string[], cwd: string, problem: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  const why = error?.message ?? `${stdout}${stderr}`.trim().split("\n").slice(-20).join("\n");
  throw new Error(why === "" ? problem : `${problem}: ${why}`);
}
