import { createApplication, EventStreamConsumer, http } from "hotclub/consumers";
import { PermissionDenied } from "hotclub/core";
import { group, type Payload } from "hotclub/layers";
import { expect } from "vitest";

import { EventReader } from "../../consumers/event-reader.js";
import { deferred } from "../../deferred.js";
import { type Harness, request } from "../protocol-server/harness.js";

const room = group("room/:slug").carries<{ "chat.message": { text: string; id: number } }>();

class RoomEvents extends EventStreamConsumer<{ slug: string }> {
  override async connect(): Promise<void> {
    if (this.params.slug === "closed") throw new PermissionDenied({ detail: "Members only." });
    await this.join(room({ slug: this.params.slug }));
    if (this.lastEventId !== undefined) await this.sendEvent({ event: "missed", data: this.lastEventId });
  }
  "chat.message"(message: Payload<typeof room, "chat.message">) {
    if (message.text === "fail") throw new Error("broken");
    if (message.text === "close") return this.close({ retryMs: 50 });
    return this.sendEvent({ data: message.text, id: String(message.id) });
  }
}

const routes = [http("/rooms/:slug/", RoomEvents)];
const say = (slug: string, text: string, id = 1): Promise<unknown> => room({ slug }).send("chat.message", { text, id });

export function describeEventStreams({ test, serve, cleanUp }: Harness): void {
  async function open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const stop = new AbortController();
    cleanUp(() => stop.abort());
    const reader = await EventReader.open(url, { headers, signal: stop.signal });
    expect(await reader.next()).toEqual({ retry: 3000 });
    return reader;
  }

  test("messages of a group go to every client that joined it, in order", async () => {
    const { listening } = await serve(createApplication({ routes }));
    const url = `${listening.url}/rooms/lobby/`;
    const readers = await Promise.all([open(url), open(url), open(url)]);
    expect(Object.fromEntries(readers[0]?.response.headers ?? [])).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    await say("elsewhere", "not for these");
    await say("lobby", "first", 1);
    await say("lobby", "two\nlines", 2);
    for (const reader of readers) {
      expect(await reader.event()).toEqual({ data: "first", id: "1" });
      expect(await reader.event()).toEqual({ data: "two\nlines", id: "2" });
    }
  });

  test("a client that comes back says which event it got last", async () => {
    const { listening } = await serve(createApplication({ routes }));
    const reader = await open(`${listening.url}/rooms/lobby/`, { "last-event-id": "41" });
    expect(await reader.event()).toEqual({ event: "missed", data: "41" });
  });

  test("a client that comes back to a group with history gets what it missed, in order, and nothing twice", async () => {
    const tunes = group("tunes", { history: { messages: 3 } }).carries<{ "tune.played": { title: string } }>();
    class Tunes extends EventStreamConsumer {
      override connect() {
        return this.join(tunes(), { history: 0 });
      }
      "tune.played"({ title }: Payload<typeof tunes, "tune.played">) {
        return this.sendEvent({ data: title });
      }
    }
    const { listening } = await serve(createApplication({ routes: [http("/", Tunes)] }));
    const play = async (...titles: string[]): Promise<void> => {
      for (const title of titles) await tunes().send("tune.played", { title });
    };
    const first = await open(listening.url);
    const joined = await first.next();
    expect(joined?.data).toBeUndefined();
    await play("Nuages");
    const nuages = await first.event();
    expect(nuages.data).toBe("Nuages");
    expect(nuages.id).not.toBe(joined?.id);
    await play("Daphné", "Djangologie");

    const back = await open(listening.url, { "last-event-id": nuages.id ?? "" });
    expect(await back.event()).toMatchObject({ data: "Daphné" });
    expect(await back.event()).toMatchObject({ data: "Djangologie" });
    await play("Belleville");
    expect(await back.event()).toMatchObject({ data: "Belleville" });

    await play("Manoir", "Minor Swing");
    const late = await open(listening.url, { "last-event-id": nuages.id ?? "" });
    expect(await late.event()).toMatchObject({ event: "missed", data: '{"group":"tunes"}' });
    await play("Swing 39");
    const heard: (string | undefined)[] = [];
    while (heard.at(-1) !== "Swing 39") heard.push((await late.event()).data);
    expect(new Set(heard).size).toBe(heard.length);
  });

  test("a client that is sent away for good gets 204", async () => {
    class Over extends EventStreamConsumer {
      override connect() {
        this.close();
      }
    }
    const { listening } = await serve(createApplication({ routes: [http("/", Over)] }));
    expect((await fetch(listening.url)).status).toBe(204);
  });

  test("what is sent when all is over goes nowhere", async () => {
    const late = deferred<boolean>();
    class Late extends RoomEvents {
      override async disconnect() {
        await this.sendEvent({ data: "late" });
        late.resolve(this.isOpen);
      }
    }
    const { listening } = await serve(createApplication({ routes: [http("/rooms/:slug/", Late)] }));
    const reader = await open(`${listening.url}/rooms/lobby/`);
    await say("lobby", "close");
    expect(await reader.rest()).toEqual([{ retry: 50 }]);
    expect(await late.promise).toBe(false);
  });

  test("who may not connect gets the status of the error", async () => {
    const { listening } = await serve(createApplication({ routes }));
    expect((await fetch(`${listening.url}/rooms/closed/`)).status).toBe(403);
    expect((await fetch(`${listening.url}/rooms/lobby/`, { headers: { accept: "text/html" } })).status).toBe(406);
  });

  test("one bad message of a group ends no stream", async () => {
    const { listening } = await serve(createApplication({ routes }));
    const reader = await open(`${listening.url}/rooms/lobby/`);
    await say("lobby", "fail");
    await say("lobby", "next", 2);
    expect(await reader.event()).toEqual({ data: "next", id: "2" });
  });

  test("a stream that the consumer closes ends whole, and says when to come back", async () => {
    const { listening } = await serve(createApplication({ routes }));
    const reader = await open(`${listening.url}/rooms/lobby/`);
    await say("lobby", "close");
    expect(await reader.rest()).toEqual([{ retry: 50 }]);
  });

  test("a quiet stream is kept open by comments", async () => {
    class Quiet extends RoomEvents {
      static override readonly keepAliveMs = 20;
    }
    const { listening } = await serve(createApplication({ routes: [http("/rooms/:slug/", Quiet)] }));
    const reader = await open(`${listening.url}/rooms/lobby/`);
    expect(await reader.next()).toEqual({ comment: "keep-alive" });
    expect(await reader.next()).toEqual({ comment: "keep-alive" });
  });

  test("a client that goes away ends its consumer, which leaves its groups", async () => {
    const gone = deferred<boolean>();
    const open = deferred<void>();
    class Watched extends RoomEvents {
      override async connect() {
        await super.connect();
        open.resolve();
      }
      override disconnect() {
        gone.resolve(this.signal.aborted);
      }
    }
    const served = await serve(createApplication({ routes: [http("/rooms/:slug/", Watched)] }));
    const connection = await served.connect();
    connection.send(request("GET", "/rooms/lobby/"));
    await open.promise;
    await connection.until(() => connection.unread.includes("retry"));
    connection.destroy();
    expect(await gone.promise).toBe(true);
    await say("lobby", "to nobody");
  });

  test("streams end when the process is about to stop, and tell their clients to come back, not all at once", async () => {
    const stopping = new AbortController();
    let ended = 0;
    class Counted extends RoomEvents {
      override disconnect() {
        ended += 1;
      }
    }
    const application = createApplication({ routes: [http("/rooms/:slug/", Counted)], stopping: stopping.signal });
    const { listening } = await serve(application);
    const readers = await Promise.all(Array.from({ length: 5 }, () => open(`${listening.url}/rooms/lobby/`)));
    stopping.abort();
    const closed = listening.close();
    const hints: number[] = [];
    for (const reader of readers) {
      const rest = await reader.rest();
      expect(rest).toHaveLength(1);
      hints.push(rest[0]?.retry ?? 0);
    }
    await closed;
    expect(ended).toBe(5);
    expect(Math.min(...hints)).toBeGreaterThanOrEqual(600);
    expect(Math.max(...hints)).toBeLessThanOrEqual(3600);
  });

  test("a client that is behind does not hold up the others", async () => {
    class Loud extends RoomEvents {
      override "chat.message"() {
        return this.sendEvent({ data: "x".repeat(100_000) });
      }
    }
    const served = await serve(createApplication({ routes: [http("/rooms/:slug/", Loud)] }));
    const slow = await served.connect();
    slow.send(request("GET", "/rooms/lobby/"));
    await slow.until(() => slow.unread.includes("retry"));
    slow.socket.pause();
    const reader = await open(`${served.listening.url}/rooms/lobby/`);
    for (let i = 0; i < 200; i++) {
      await say("lobby", "go");
      expect((await reader.event()).data).toHaveLength(100_000);
    }
  });
}
