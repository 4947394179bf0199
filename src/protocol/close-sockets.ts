import type { OpenSocket } from "./open-socket.js";

/** How many sockets are closed at once where nothing is said; between batches the process breathes. */
const batchSize = 1000;
const batchEveryMs = 50;

/** Within which time the clients of a server that stops are asked to come back, each at another moment of it. */
const reconnectWithinMs = 1000;

/**
 * Closes every socket of a server that stops, with 1001 and a time to come back at; over `spreadMs` where that is given.
 * Does not wait for the clients' side of it.
 */
export async function closeSockets(sockets: ReadonlySet<OpenSocket>, spreadMs: number): Promise<void> {
  const batches = Math.floor(spreadMs / batchEveryMs);
  const size = batches === 0 ? batchSize : Math.max(1, Math.ceil(sockets.size / batches));
  let closed = 0;
  for (const socket of sockets) {
    const inMs = Math.floor(Math.random() * reconnectWithinMs);
    socket.goAway(1001, `The server stops. Reconnect in ${inMs} ms.`);
    closed += 1;
    if (closed % size !== 0) continue;
    await new Promise((resolve) => (batches === 0 ? setImmediate(resolve) : setTimeout(resolve, batchEveryMs)));
  }
}
