import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a service needs on this machine, and what to tell people who do not have it. */
export interface Requirement {
  /** As people call it. */
  readonly title: string;
  /** One, or several with spaces between them. */
  readonly debianPackage: string;
  /** The variable that makes the tests use another one. */
  readonly variable: string;
  /** Where it is, or `undefined` when it is not installed. */
  find(): Promise<string | undefined>;
}

/** The path that `requirement.find` gives, after installing the Debian package if that was needed. */
export async function findOrInstall(requirement: Requirement): Promise<string> {
  const found = await requirement.find();
  if (found !== undefined) return found;
  await install(requirement);
  const installed = await requirement.find();
  if (installed !== undefined) return installed;
  throw new Error(missing(requirement, "the package was installed but holds no program of the expected name"));
}

function missing({ title, debianPackage, variable }: Requirement, why: string): string {
  return `These tests need ${title}, which is not there (${why}): install it (Debian: apt-get install ${debianPackage}) or set ${variable}.`;
}

async function install(requirement: Requirement): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error(missing(requirement, "only root can install packages"));
  if (!(await exists("/usr/bin/apt-get"))) throw new Error(missing(requirement, "this machine has no apt-get"));
  // Two test runs may find the same package missing at the same time; flock lets one install at a time.
  const lock = join(tmpdir(), "hotclub-test-install.lock");
  const { code, output } = await run("flock", [
    lock,
    "sh",
    "-c",
    installScript,
    "install",
    ...requirement.debianPackage.split(" "),
  ]);
  if (code !== 0) throw new Error(missing(requirement, `apt-get failed: ${output.trim().slice(-400)}`));
}

/**
 * Debian starts a server when its package is installed, unless policy-rc.d forbids it: the tests start their own, and
 * nobody asked for one on the usual port. A failed update is no reason to stop: the lists that are there may do.
 */
const installScript = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"`;

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** Whether something is at `path`. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The first of `names` that is in one of the directories of `PATH`. */
export async function findInPath(...names: readonly string[]): Promise<string | undefined> {
  const directories = (process.env["PATH"] ?? "").split(":").concat("/usr/bin", "/usr/sbin");
  for (const name of names) {
    for (const directory of directories) {
      const path = join(directory, name);
      if (directory !== "" && (await exists(path))) return path;
    }
  }
  return undefined;
}
