import type { Socket } from "node:net";

import type { LoadResult } from "./load-result.js";
import { type Opening, openSockets } from "./open-socket.js";

/** Opens `count` sockets that say nothing, and asks the server what it holds for them. `done` is the bytes for each. */
export async function loadIdle(
  port: number,
  opening: Opening,
  count: number,
  memory: () => Promise<number>,
): Promise<LoadResult> {
  const started = performance.now();
  const before = await memory();
  let sockets: readonly Socket[] = [];
  try {
    sockets = await openSockets([port], opening, count);
    const done = ((await memory()) - before) / count;
    const seconds = (performance.now() - started) / 1000;
    return { done, lost: 0, p50Ms: 0, p99Ms: 0, seconds, generatorBusy: 0 };
  } finally {
    await Promise.all(sockets.map(closed));
    // The server has seen all of them go before anything else is measured.
    await memory();
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.removeAllListeners("close").removeAllListeners("error");
    socket.once("close", () => resolve()).on("error", () => {});
    socket.destroy();
  });
}
