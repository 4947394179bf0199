import type { Socket } from "node:net";

import { closeByte, closeFrame } from "./frames.js";
import type { LoadResult } from "./load-result.js";
import { type Opening, openSocket, readUntil } from "./open-socket.js";

/** How many are on their way in or out at any time. */
const atOnce = 100;

/** Opens WebSockets and closes them again, as fast as the server does it. Counts those that came in and went. */
export async function loadStorm(port: number, opening: Opening, seconds: number): Promise<LoadResult> {
  const openedMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const end = start + seconds * 1000;
  const visitor = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now();
      const socket = await openSocket(port, opening);
      openedMs.push(performance.now() - began);
      await closed(socket);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitor));
  const elapsedS = (performance.now() - start) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  openedMs.sort((a, b) => a - b);
  const at = (part: number): number => openedMs[Math.floor(openedMs.length * part)] ?? Number.NaN;
  return {
    done: openedMs.length,
    lost: 0,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    seconds: elapsedS,
    generatorBusy: (cpu.user + cpu.system) / 1e6 / elapsedS,
  };
}

/** Closes as a browser does: the server has taken its leave of the socket when it answers. */
async function closed(socket: Socket): Promise<void> {
  const answered = readUntil(socket, (received) => received.includes(closeByte));
  socket.write(closeFrame);
  await answered;
  socket.removeAllListeners().on("error", () => {});
  socket.destroy();
}
