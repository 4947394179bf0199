import { once } from "node:events";

import type { Application, Send, WebSocketScope } from "hotclub/core";
import { topicsExtension, type WebSocketTopics } from "hotclub/protocol";
import { expect } from "vitest";
import type { WebSocket } from "ws";

import type { Harness } from "./harness.js";
import { closeOf, open, socketApplication } from "./socket-tools.js";

function topicsOf(scope: WebSocketScope): WebSocketTopics {
  return scope.extensions[topicsExtension] as WebSocketTopics;
}

/** Does what its clients say: `subscribe NAME`, `unsubscribe NAME`, `publish NAME TEXT`. */
function topicApplication(log: unknown[] = []): Application {
  return socketApplication((message, send, scope) => {
    const topics = topicsOf(scope);
    if (message.type === "websocket.connect") {
      log.push(topics.subscribe("early"));
      void send({ type: "websocket.accept" });
      log.push(topics.subscribe("news"));
    } else if (message.type === "websocket.receive") obey(String(message["text"]), topics, send);
    else if (message.type === "websocket.disconnect") log.push(topics.subscribe("late"));
  });
}

function obey(said: string, topics: WebSocketTopics, send: Send): void {
  const [command, topic = "", text = ""] = said.split(" ");
  if (command === "subscribe") topics.subscribe(topic);
  else if (command === "unsubscribe") topics.unsubscribe(topic);
  else if (command === "publish") {
    void send({ type: "websocket.send", text: `before ${text}` });
    topics.publisher.publish(topic, text);
    void send({ type: "websocket.send", text: `after ${text}` });
    return;
  }
  void send({ type: "websocket.send", text: "done" });
}

/** The next `count` messages of a client. */
async function next(socket: WebSocket, count: number): Promise<string[]> {
  const received: string[] = [];
  await new Promise<void>((resolve) => {
    const listen = (data: Buffer): void => {
      received.push(data.toString());
      if (received.length < count) return;
      socket.off("message", listen);
      resolve();
    };
    socket.on("message", listen);
  });
  return received;
}

/** One message for many sockets. */
export function describeTopics({ test, serve }: Harness): void {
  test("a message of a topic reaches every socket that is subscribed, in order with its own", async () => {
    const served = await serve(topicApplication());
    const [a, b, c] = [await open(served), await open(served), await open(served)];
    const left = next(c, 1);
    c.send("unsubscribe news");
    expect(await left).toEqual(["done"]);
    const heard = [next(a, 4), next(b, 2)];
    a.send("publish news one");
    const [first] = (await once(b, "message")) as [Buffer];
    expect(first.toString()).toBe("one");
    a.send("publish other two");
    expect(await heard[0]).toEqual(["before one", "one", "after one", "before two"]);
    b.send("publish news three");
    expect(await heard[1]).toEqual(["one", "before three"]);
    const own = next(c, 1);
    c.send("subscribe elsewhere");
    expect(await own).toEqual(["done"]);
  });

  test("topics carry bytes and texts of every size", async () => {
    const published = [Buffer.from([0, 255]), Buffer.alloc(70_000, 7)];
    const served = await serve(
      socketApplication((message, send, scope) => {
        const topics = topicsOf(scope);
        if (message.type === "websocket.connect") {
          void send({ type: "websocket.accept" });
          topics.subscribe("t");
        } else if (message.type === "websocket.receive") {
          for (const bytes of published) topics.publisher.publish("t", bytes);
          topics.publisher.publish("t", "é".repeat(40_000));
        }
      }),
    );
    const socket = await open(served);
    const received: Buffer[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on("message", (data: Buffer) => received.push(data) === 3 && resolve());
    });
    socket.send("go");
    await all;
    expect(received.slice(0, 2)).toEqual(published);
    expect(received[2]?.toString()).toBe("é".repeat(40_000));
  });

  test("only an open socket can be subscribed, and its end ends that", async () => {
    const log: unknown[] = [];
    const served = await serve(topicApplication(log));
    const a = await open(served);
    const b = await open(served);
    b.close();
    await once(b, "close");
    const heard = next(a, 3);
    a.send("publish news alone");
    expect(await heard).toEqual(["before alone", "alone", "after alone"]);
    expect(log).toEqual([false, true, false, true, false]);
  });

  test("a client that does not read what a topic says is cut, and the others hear all of it", async () => {
    const served = await serve(topicApplication(), { webSocket: { maxBackpressureBytes: 64 * 1024 } });
    const slow = await open(served);
    const quick = await open(served);
    slow.pause();
    const piece = "x".repeat(60_000);
    let heard = 0;
    const cut = closeOf(slow);
    while (served.listening.open.sockets === 2) {
      const got = next(quick, 3);
      quick.send(`publish news ${piece}`);
      const [, text] = await got;
      expect(text?.length).toBe(piece.length);
      heard += 1;
    }
    expect(heard).toBeGreaterThan(1);
    slow.resume();
    expect((await cut)[0]).toBe(1006);
  });
}
