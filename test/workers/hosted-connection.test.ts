import { createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { describe, expect, it, vi } from "vitest";

import type { WorkerFrame } from "../../src/workers/remote/frames.js";
import { HostedConnection } from "../../src/workers/remote/hosted-connection.js";

let heard: string[];

class Echo extends WebSocketConsumer {
  override receive(text: string) {
    heard.push(text);
    return this.sendText(text);
  }
}

const application = createApplication({ routes: [websocket("/ws/", Echo, { remote: "chat" })], isHosting: true });
const scope = {
  key: "1",
  type: "websocket",
  scheme: "ws",
  method: "GET",
  path: "/ws/",
  rawPath: "/ws/",
  queryString: "",
  headers: [],
  client: { host: "127.0.0.1", port: 1 },
  httpVersion: "1.1",
  requestId: "1",
  subprotocols: [],
} as const;

/** A socket whose handshake was answered, and what its worker said since then. */
async function connected() {
  heard = [];
  const frames: WorkerFrame[] = [];
  const connection = new HostedConnection({ post: (frame) => void frames.push(frame) }, 1, "websocket", () => {});
  connection.open(application, scope, undefined);
  connection.receive({ k: "message", c: 1, n: 1, m: { type: "websocket.connect" } });
  await vi.waitUntil(() => frames.some(({ k }) => k === "handled"));
  frames.length = 0;
  const say = (n: number, text: string): void =>
    connection.receive({ k: "message", c: 1, n, m: { type: "websocket.receive", text } });
  return { connection, frames, say };
}

describe("a socket in a worker", () => {
  it("has what its client says told as handled when it was", async () => {
    const { frames, say } = await connected();
    say(2, "swing");
    await vi.waitUntil(() => frames.some(({ k }) => k === "handled"));
    expect(heard).toEqual(["swing"]);
    expect(frames).toMatchObject([
      { k: "send", n: 2 },
      { k: "handled", n: 2 },
    ]);
  });

  it("tells nobody that it handled what comes in the moment when it is handed over: the next worker is given it", async () => {
    const { connection, frames, say } = await connected();
    const released = connection.release();
    say(2, "late");
    await released;
    say(3, "later");
    expect(heard).toEqual([]);
    expect(frames).toEqual([{ k: "released", c: 1 }]);
  });
});
