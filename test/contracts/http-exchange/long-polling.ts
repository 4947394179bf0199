import { createApplication, http, HttpConsumer, type LaterOptions } from "hotclub/consumers";
import { group, type Payload } from "hotclub/layers";
import { expect } from "vitest";

import { deferred } from "../../deferred.js";
import { type Harness, request } from "../protocol-server/harness.js";

const room = group("room").carries<{ "chat.message": { text: string } }>();

abstract class Poll extends HttpConsumer {
  abstract readonly options: LaterOptions;
  async get() {
    await this.join(room());
    joined.resolve();
    return this.later(this.options);
  }
  "chat.message"({ text }: Payload<typeof room, "chat.message">) {
    if (text === "fail") throw new Error("broken");
    return this.respond(this.json({ text }));
  }
}

let joined = deferred<void>();

function site(options: LaterOptions = {}, stopping?: AbortSignal) {
  joined = deferred();
  class Waiting extends Poll {
    readonly options = options;
  }
  return createApplication({ routes: [http("/", Waiting)], ...(stopping && { stopping }) });
}

export function describeLongPolling({ test, serve }: Harness): void {
  test("a request is answered when there is something to say, once", async () => {
    const { listening } = await serve(site());
    const response = fetch(listening.url);
    await joined.promise;
    await room().send("chat.message", { text: "first" });
    await room().send("chat.message", { text: "second" });
    expect(await (await response).json()).toEqual({ text: "first" });
  });

  test("when there is nothing to say in time, the answer is 204, or what the consumer says", async () => {
    const { listening } = await serve(site({ timeoutMs: 10 }));
    expect((await fetch(listening.url)).status).toBe(204);
    const own = await serve(
      site({ timeoutMs: 10, otherwise: async () => (await import("hotclub/consumers")).text("no") }),
    );
    expect(await (await fetch(own.listening.url)).text()).toBe("no");
  });

  test("a handler that fails answers with 500", async () => {
    const { listening } = await serve(site());
    const response = fetch(listening.url);
    await joined.promise;
    await room().send("chat.message", { text: "fail" });
    expect((await response).status).toBe(500);
  });

  test("requests that wait are answered when the process is about to stop", async () => {
    const stopping = new AbortController();
    const { listening } = await serve(site({}, stopping.signal));
    const response = fetch(listening.url);
    await joined.promise;
    stopping.abort();
    const closed = listening.close();
    expect((await response).status).toBe(204);
    await closed;
  });

  test("a client that goes away is waited for no longer", async () => {
    const served = await serve(site());
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await joined.promise;
    connection.destroy();
    while (served.listening.open.requests > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await room().send("chat.message", { text: "to nobody" });
  });
}
