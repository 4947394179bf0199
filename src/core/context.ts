import { AsyncLocalStorage } from "node:async_hooks";

import { HookedStorage } from "./hooked-storage.js";

/** What log lines say about where they come from. */
export interface LogContext {
  readonly requestId: string;
}

// Node 24 keeps the context of running code by itself; before, that costs every callback of a native library.
const isKeptByNode = Number.parseInt(process.versions.node, 10) >= 24;
const storage = isKeptByNode ? new AsyncLocalStorage<LogContext>() : new HookedStorage<LogContext>();

/**
 * Runs `work` so that everything it logs, also after an `await`, carries `context`.
 *
 * Slows promises a little before Node 24, so it is opened where user code runs that may log from afar, not around every
 * message.
 */
export function runWithLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the running code, or `undefined` outside of one. */
export function currentLogContext(): LogContext | undefined {
  return storage.getStore();
}
