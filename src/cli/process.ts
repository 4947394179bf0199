import { existsSync } from "node:fs";

import { getLogger, HotclubError, toError } from "../core/index.js";

/** What this process was given, without what it read from `.env`: processes that it starts read that anew. */
export const inheritedEnvironment: NodeJS.ProcessEnv = { ...process.env };

/** Reads `.env` of the working directory, where there is one; what is set already stays. */
export function loadEnvironment(): void {
  if (existsSync(".env")) process.loadEnvFile(".env");
}

/** Says why a command failed: in one line where the error explains itself, with its stack where it does not. */
export function reportFailure(thrown: unknown): void {
  const error = toError(thrown);
  const text = error instanceof HotclubError ? `${error.message}\n` : `${error.stack ?? error.message}\n`;
  process.stderr.write(text);
}

/** How a process heeds signals, beside SIGTERM. */
export interface SignalOptions {
  /** What SIGHUP does. Default: it stops the process, as a terminal that closes expects. */
  readonly onHangup?: () => void;
  /** What a second signal does before the process exits. */
  readonly onImpatience?: () => void;
  /** The process belongs to another, which decides: only SIGTERM counts, and once. */
  readonly isSupervised?: boolean;
}

/**
 * Stops by `stop` on SIGTERM, SIGINT and SIGHUP, then exits with what it resolves with, or 0; a second signal exits at
 * once. Errors that nobody handled are logged, and stop the process as the first signal does, with exit code 1.
 */
export function stopOnSignals(stop: () => Promise<number | void>, options: SignalOptions = {}): void {
  const { onHangup, onImpatience, isSupervised = false } = options;
  let isStopping = false;
  const end = (code?: number): void => {
    if (isStopping) {
      if (isSupervised) return;
      onImpatience?.();
      process.exit(1);
    }
    isStopping = true;
    stop().then(
      (stopped) => process.exit(code ?? stopped ?? 0),
      (thrown) => {
        reportFailure(thrown);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => end());
  // A terminal sends these to all processes of its group, also to those whose supervisor stops them in its own time.
  process.on("SIGINT", () => isSupervised || end());
  process.on("SIGHUP", () => isSupervised || (onHangup === undefined ? end() : onHangup()));
  const onUnhandled = (thrown: unknown): void => {
    getLogger().fatal({ err: toError(thrown) }, "an error was handled by nobody; the process stops");
    end(1);
  };
  process.on("uncaughtException", onUnhandled);
  process.on("unhandledRejection", onUnhandled);
}
