import { execFile } from "node:child_process";
import { chown, mkdtemp, readdir, readFile, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { freePort } from "./free-port.js";
import { exists, findInPath, findOrInstall, type Requirement } from "./install.js";
import type { PrivateServer } from "./redis-server.js";
import { ServerProcess } from "./server-process.js";

const execute = promisify(execFile);

/** How to find and install it. */
export const postgresql: Requirement = {
  title: "PostgreSQL",
  debianPackage: "postgresql",
  variable: "DATABASE_URL",
  find: findPrograms,
};

/** The directory of the newest `postgres` and `initdb`. Debian keeps them out of `PATH`. */
async function findPrograms(): Promise<string | undefined> {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const directory = `/usr/lib/postgresql/${version}/bin`;
    if ((await exists(`${directory}/postgres`)) && (await exists(`${directory}/initdb`))) return directory;
  }
  const inPath = await findInPath("initdb");
  return inPath === undefined ? undefined : dirname(await realpath(inPath));
}

/** Options of `startPostgres`. */
export interface PostgresOptions {
  /** Write to disk before a commit returns. Default false: tests want speed, and throw the data away. */
  readonly durable?: boolean;
  /** More of PostgreSQL's own settings, such as `{ log_statement: "all" }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Starts a PostgreSQL of the caller's own; `url` names its database `postgres`, with all rights. */
export async function startPostgres({ durable = false, config = {} }: PostgresOptions = {}): Promise<PrivateServer> {
  const programs = await findOrInstall(postgresql);
  const directory = await mkdtemp(join(tmpdir(), "hotclub-postgres-"));
  const user = await unprivilegedUser();
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  const data = join(directory, "data");
  const port = await freePort();
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    max_connections: "300",
    timezone: "UTC",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
    ...config,
  };
  const server = new ServerProcess({
    command: join(programs, "postgres"),
    args: ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    directory,
    readyText: "database system is ready to accept connections",
    // After a kill -9 its children need a moment to notice.
    retryText: "pre-existing shared memory block",
    stopSignal: "SIGQUIT",
    ...(user && { user }),
  });
  try {
    const initArgs = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    await execute(join(programs, "initdb"), initArgs, { cwd: directory, ...user });
    await server.start();
  } catch (error) {
    await server.dispose();
    throw error;
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    start: () => server.start(),
    stop: () => server.stop(),
    kill: (signal) => server.kill(signal),
    dispose: () => server.dispose(),
  };
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((entry) => entry.startsWith("postgres:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  throw new Error(
    "PostgreSQL does not run as root and there is no user postgres: make one, run the tests as another user, or set DATABASE_URL.",
  );
}
