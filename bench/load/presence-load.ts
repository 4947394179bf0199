import type { Socket } from "node:net";

import type { Began } from "../case.js";
import type { LoadResult } from "./load-result.js";
import { openUntil } from "./open-socket.js";

/** The end of the message that tells a newcomer who is there. */
const whole = '"isWhole":true}';

/** Has `guests` people join a room of `residents` and leave it again, for `seconds`. */
export async function loadPresence(
  port: number,
  residents: number,
  guests: number,
  seconds: number,
  began: Began,
): Promise<LoadResult> {
  const sockets: Socket[] = [];
  try {
    while (sockets.length < residents) sockets.push(await join(port, `resident${sockets.length}`));
    for (const socket of sockets) socket.resume().on("data", () => {});
    await began();
    const started = performance.now();
    const cpu = process.cpuUsage();
    const endsAt = started + seconds * 1000;
    const times: number[] = [];
    const visit = async (name: string): Promise<void> => {
      while (performance.now() < endsAt) {
        const asked = performance.now();
        const socket = await join(port, name);
        times.push(performance.now() - asked);
        end(socket);
      }
    };
    await Promise.all(Array.from({ length: guests }, (_, index) => visit(`guest${index}`)));
    const took = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    times.sort((a, b) => a - b);
    const at = (part: number): number => times[Math.floor(times.length * part)] ?? Number.NaN;
    return {
      done: times.length,
      lost: 0,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      seconds: took,
      generatorBusy: (user + system) / 1e6 / took,
    };
  } finally {
    for (const socket of sockets) end(socket);
  }
}

/** Who is there for somebody who comes into an empty room. */
export async function joinOnce(port: number): Promise<Set<string>> {
  const { socket, said } = await open(port, "django");
  end(socket);
  return new Set([...said.matchAll(/"name":"(\w+)"/g)].map(([, name = ""]) => name));
}

async function join(port: number, name: string): Promise<Socket> {
  const { socket } = await open(port, name);
  return socket;
}

/** Who comes is there when it was told who else is, and that it came itself. */
function open(port: number, name: string): Promise<{ socket: Socket; said: string }> {
  const opening = { path: `/ws/?${name}` };
  return openUntil(port, opening, (said) => said.includes(whole) && said.includes(`"name":"${name}"`));
}

function end(socket: Socket): void {
  socket.removeAllListeners().on("error", () => {});
  socket.destroy();
}
