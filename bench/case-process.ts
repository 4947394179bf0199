import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { BenchCase, Effort } from "./case.js";
import { dropDatabasesOf } from "./databases.js";
import type { Measured, Rounds } from "./figures.js";
import type { Contestant } from "./measure.js";

/** What a process of its own is to measure. */
export interface CaseRequest {
  readonly name: string;
  /** Who takes part. Default: all servers of the case. */
  readonly contestants?: readonly Contestant[];
  readonly effort: Effort;
  /** Whether its servers are only started, and their answers compared. */
  readonly isOnlyChecked?: boolean;
  /** Where a profile of ours goes, if one is to be made, after all rounds. */
  readonly profileTo?: string;
}

/** What such a process says. */
export type CaseReport =
  | { readonly progress: string }
  | { readonly failure: string }
  | { readonly rounds: readonly (readonly [string, Rounds])[]; readonly leftOut: Measured["leftOut"] };

/** How a case's process is watched. */
export interface CaseWatch {
  /** After so many milliseconds it is ended, with all that it started, and has failed. */
  readonly limitMs: number;
  readonly onProgress: (text: string) => void;
  readonly seed: number;
  /** Ends it in the midst; it has failed then. */
  readonly signal?: AbortSignal;
}

/** The process that measures a case. */
const caseProcess = fileURLToPath(new URL("./case-main.js", import.meta.url));

/** Measures a case in a process of its own, and leaves nothing behind of it. */
export async function measureCase(
  { name, needs = [] }: BenchCase,
  request: Omit<CaseRequest, "name">,
  watch: CaseWatch,
): Promise<Measured> {
  if (needs.includes("postgres") && (process.env["DATABASE_URL"] ?? "") === "") {
    throw new Error("There is no PostgreSQL; install Debian's postgresql, or set DATABASE_URL.");
  }
  try {
    return await measureInOwnProcess(caseProcess, { name, ...request }, watch);
  } finally {
    if (needs.includes("postgres")) await dropDatabasesOf();
  }
}

/**
 * Measures a case by `file`, in a process of its own: no case meets what another has left behind, and one that throws,
 * hangs or dies fails alone. Rejects with why it failed.
 */
export function measureInOwnProcess(file: string, request: CaseRequest, watch: CaseWatch): Promise<Measured> {
  return new Promise((resolve, reject) => {
    // For all that a case writes, such as databases in files.
    const directory = mkdtempSync(join(tmpdir(), "hotclub-bench-"));
    const child = fork(file, {
      // On standard output is what was asked for, and not what servers print.
      stdio: ["ignore", 2, 2, "ipc"],
      env: { ...process.env, BENCH_SEED: String(watch.seed), TMPDIR: directory },
      // A group of its own, so that nothing is left of it: not the servers, not a Redis.
      detached: true,
    });
    let failure: string | undefined;
    let measured: Measured | undefined;
    const endAll = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // All of them have ended already.
      }
      try {
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      } catch {
        // One that is still ending wrote into it; the system clears such folders.
      }
    };
    const timer = setTimeout(() => {
      failure = `it was not done after ${Math.round(watch.limitMs / 1000)} s`;
      endAll();
    }, watch.limitMs);
    const interrupt = (): void => {
      failure = "it was interrupted";
      endAll();
    };
    watch.signal?.addEventListener("abort", interrupt);
    if (watch.signal?.aborted === true) interrupt();
    process.once("exit", endAll);
    child.on("message", (report: CaseReport) => {
      if ("progress" in report) watch.onProgress(report.progress);
      else if ("failure" in report) failure = report.failure;
      else measured = { rounds: new Map(report.rounds), leftOut: report.leftOut };
    });
    child.once("error", (error) => (failure = error.message));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      process.off("exit", endAll);
      watch.signal?.removeEventListener("abort", interrupt);
      endAll();
      if (measured !== undefined && failure === undefined) resolve(measured);
      else reject(new Error(failure ?? `its process ended with ${signal ?? code} before it had measured`));
    });
    child.send(request, () => {
      // What could not be sent is not done; that the process is gone, its end tells.
    });
  });
}
