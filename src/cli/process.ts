import { existsSync } from "node:fs";

import { getLogger, HotclubError, toError } from "../core/index.js";

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

/**
 * Stops by `stop` on SIGTERM and SIGINT, then exits with 0; a second signal exits at once. Errors that nobody handled
 * are logged, and stop the process as the first signal does, with exit code 1.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let isStopping = false;
  const end = (code: number): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    stop().then(
      () => process.exit(code),
      (thrown) => {
        reportFailure(thrown);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => end(0));
  process.on("SIGINT", () => end(0));
  const onUnhandled = (thrown: unknown): void => {
    getLogger().fatal({ err: toError(thrown) }, "an error was handled by nobody; the process stops");
    end(1);
  };
  process.on("uncaughtException", onUnhandled);
  process.on("unhandledRejection", onUnhandled);
}
