/**
 * Keeps many idle WebSockets open on one process and says what they cost:
 *
 *     node --import tsx test/protocol/long/idle-sockets.ts uws 10000 150
 *
 * The server, how many sockets, and for how many seconds; the default is longer than the idle timeout, so that pings
 * must keep them. Ends with 1 when one of them was lost or does not answer. Each side needs a file for each socket
 * (`ulimit -n`).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { WebSocket } from "ws";

const [name = "uws", count = "10000", seconds = "150"] = process.argv.slice(2);
const script = fileURLToPath(new URL("../fuzz/fuzz-server.ts", import.meta.url));
const server = spawn(process.execPath, ["--import", "tsx", script, name], { stdio: ["pipe", "pipe", "inherit"] });
const [port] = (await once(createInterface(server.stdout), "line")) as [string];

/** What the server has in memory, in KiB. */
function residentKib(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1] ?? 0);
}

const before = residentKib();
const sockets: WebSocket[] = [];
let lost = 0;
while (sockets.length < Number(count)) {
  const batch = Array.from({ length: 100 }, () => new WebSocket(`ws://127.0.0.1:${port}/`));
  await Promise.all(batch.map((socket) => once(socket, "open")));
  for (const socket of batch) socket.on("close", () => (lost += 1));
  sockets.push(...batch);
}
const after = residentKib();
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
let answered = 0;
for (const socket of sockets) {
  if (socket.readyState !== WebSocket.OPEN) continue;
  socket.send("still there?");
  const [data] = (await once(socket, "message")) as [Buffer];
  if (data.toString() === "still there?") answered += 1;
}
const perSocket = ((after - before) / sockets.length).toFixed(1);
process.stdout.write(
  `${name}: ${sockets.length} sockets, ${lost} lost, ${answered} answered after ${seconds} s; ${perSocket} KiB each in the server\n`,
);
server.kill();
process.exit(answered === sockets.length ? 0 : 1);
