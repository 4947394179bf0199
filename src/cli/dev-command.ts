import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";

import { Command, Option } from "commander";

import { findProjectFile } from "./load-project.js";
import { type ProjectOptions, withProjectOption } from "./options.js";
import { inheritedEnvironment, stopOnSignals } from "./process.js";

interface DevOptions extends ProjectOptions {
  readonly host?: string;
  readonly port?: string;
}

/** Files that matter while somebody works on a project; everything else (databases, logs) changes by itself. */
const watchedFiles = /\.(?:[mc]?[jt]sx?|json|liquid|env)$|(?:^|\/)\.env$/;
const ignoredFolders = /(?:^|\/)(?:node_modules|\.git|\.hotclub|dist)(?:\/|$)/;

/** How long after a change others are waited for, such as those of a whole checkout. */
const settleMs = 100;

/** `hotclub dev` */
export function devCommand(): Command {
  return withProjectOption(new Command("dev"))
    .description("Serve the project with debug pages, and again whenever a file changes.")
    .addOption(new Option("--host <address>", "the address to listen on"))
    .addOption(new Option("--port <number>", "the port"))
    .action(async ({ project, host, port }: DevOptions) => {
      const file = findProjectFile(project);
      const serveArguments = [
        "serve",
        "--project",
        file,
        ...(host ? ["--host", host] : []),
        ...(port ? ["--port", port] : []),
      ];
      const server = new RestartingServer(serveArguments);
      const { watch } = await import("chokidar");
      const watcher = watch(dirname(file), {
        ignoreInitial: true,
        ignored: (path, stats) => ignoredFolders.test(path) || (stats?.isFile() === true && !watchedFiles.test(path)),
      });
      watcher.on("all", (_event, path) => server.changed(path));
      stopOnSignals(async () => {
        await watcher.close();
        await server.stop();
      });
      await once(watcher, "ready");
      server.start();
    });
}

/** `hotclub serve` in a process of its own, ended and started anew after each change. */
class RestartingServer {
  readonly #serveArguments: readonly string[];
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isRestarting = false;
  #isChanged = false;

  constructor(serveArguments: readonly string[]) {
    this.#serveArguments = serveArguments;
  }

  start(): void {
    const [, main = ""] = process.argv;
    const child = spawn(process.execPath, [...process.execArgv, main, ...this.#serveArguments], {
      stdio: "inherit",
      env: { DEBUG: "1", ...inheritedEnvironment, PROCESSES: "" },
    });
    child.once("exit", (code) => {
      if (this.#child === child) this.#child = undefined;
      if (code !== 0 && code !== null) process.stderr.write("Waiting for a change before the next start …\n");
    });
    this.#child = child;
  }

  changed(path: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      process.stderr.write(`${path} changed\n`);
      void this.#restart();
    }, settleMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  }

  async #restart(): Promise<void> {
    this.#isChanged = true;
    if (this.#isRestarting) return;
    this.#isRestarting = true;
    while (this.#isChanged) {
      this.#isChanged = false;
      await this.stop();
    }
    this.#isRestarting = false;
    this.start();
  }
}
