import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";

import { createApplication, http, HttpConsumer, type ResponseStream } from "hotclub/consumers";
import { expect } from "vitest";

import { deferred } from "../../deferred.js";
import { expectAlive, type Harness, request } from "../protocol-server/harness.js";

function site(get: (consumer: Page) => ReturnType<Page["answer"]>) {
  class Served extends Page {
    get() {
      return get(this);
    }
  }
  return createApplication({ routes: [http("/", Served), http("/alive/", Alive)] });
}

class Alive extends HttpConsumer {
  get() {
    return this.text("alive");
  }
}

/** Opens what consumers keep to themselves. */
class Page extends HttpConsumer {
  answer(source: Parameters<HttpConsumer["stream"]>[0], options?: Parameters<HttpConsumer["stream"]>[1]) {
    return this.stream(source, options);
  }
  open(options?: Parameters<HttpConsumer["openStream"]>[0]): ResponseStream {
    return this.openStream(options);
  }
}

export function describeStreamedResponses({ test, serve }: Harness): void {
  test("a body comes piece by piece, from generators, Node's streams and the web's", async () => {
    async function* pieces() {
      yield "Minor ";
      await setImmediate();
      yield Buffer.from("Swing");
    }
    for (const make of [pieces, () => Readable.from(pieces()), () => ReadableStream.from(pieces())]) {
      const { listening } = await serve(
        site((page) => page.answer(make() as AsyncIterable<string>, { type: "text/plain" })),
      );
      const response = await fetch(listening.url);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/plain"]);
      expect(await response.text()).toBe("Minor Swing");
    }
  });

  test("headers that are there twice, and cookies, go out with a stream", async () => {
    async function* nothing() {}
    const { listening } = await serve(
      site((page) => {
        page.cookies.set("a", "1");
        const response = page.answer(nothing(), { headers: { link: "<a>" } });
        response.headers.push(["link", "<b>"]);
        return response;
      }),
    );
    const { headers } = await fetch(listening.url);
    expect(headers.get("link")).toBe("<a>, <b>");
    expect(headers.getSetCookie()).toEqual(["a=1; Path=/; HttpOnly; SameSite=Lax"]);
  });

  test("HEAD gets the head of a stream, and the source is not read", async () => {
    let isRead = false;
    async function* source() {
      isRead = true;
      yield "piece";
    }
    const served = await serve(site((page) => page.answer(source())));
    const connection = await served.connect();
    connection.send(request("HEAD", "/"));
    const { status, header } = await connection.response({ isHead: true });
    expect([status, header("content-length")]).toEqual([200, undefined]);
    connection.send(request("GET", "/alive/"));
    expect((await connection.response()).body).toBe("alive");
    expect(isRead).toBe(false);
  });

  test("a source is read at the pace of its client", async () => {
    let given = 0;
    const piece = Buffer.alloc(65_536);
    async function* endless() {
      for (; given < 2000; given++) yield piece;
    }
    const served = await serve(site((page) => page.answer(endless())));
    const connection = await served.connect();
    connection.socket.pause();
    connection.send(request("GET", "/"));
    let before = -1;
    // It stops when the buffers of the system are full.
    while (given !== before) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(given).toBeLessThan(2000);
    connection.socket.resume();
    const { body, isWhole } = await connection.response();
    expect([body.length, isWhole]).toEqual([2000 * 65_536, true]);
  });

  test("a source is told when its client goes away", async () => {
    const told = deferred<void>();
    const ended = deferred<boolean>();
    const begun = deferred<void>();
    const served = await serve(
      site((page) => {
        async function* source() {
          try {
            yield "piece";
            begun.resolve();
            for (;;) {
              await setImmediate();
              yield "more";
            }
          } finally {
            told.resolve();
          }
        }
        return page.answer(source(), { onEnd: () => ended.resolve(page.signal.aborted) });
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await begun.promise;
    connection.destroy();
    await told.promise;
    expect(await ended.promise).toBe(true);
  });

  test("a source that fails before its first piece is answered with 500", async () => {
    // oxlint-disable-next-line require-yield -- it fails before
    async function* source(): AsyncGenerator<string> {
      throw new Error("broken");
    }
    const { listening } = await serve(site((page) => page.answer(source())));
    expect((await fetch(listening.url)).status).toBe(500);
  });

  test("a source that fails halfway has its connection cut", async () => {
    async function* source() {
      yield "half";
      await setImmediate();
      throw new Error("broken");
    }
    const served = await serve(site((page) => page.answer(source())));
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    const { status, isWhole } = await connection.response();
    expect([status, isWhole]).toEqual([200, false]);
    await expectAlive(served, "/alive/");
  });

  test("a handler that fails after it has begun to write has its connection cut", async () => {
    const served = await serve(
      site((page) => {
        void page.open({ type: "text/plain" }).write("half");
        throw new Error("broken");
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect(await connection.untilClosed()).not.toContain("0\r\n\r\n");
    await expectAlive(served, "/alive/");
  });

  test("a response is written from wherever, until it is ended", async () => {
    const opened = deferred<ResponseStream>();
    const served = await serve(
      site((page) => {
        const stream = page.open({ type: "text/plain", status: 201 });
        opened.resolve(stream);
        return stream;
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    const stream = await opened.promise;
    await stream.write("");
    expect(stream.hasBegun).toBe(false);
    await stream.write("Minor ");
    await connection.until(() => connection.unread.includes("Minor"));
    await stream.write("Swing");
    await stream.end();
    await stream.end();
    await stream.write("too late");
    expect(await connection.response()).toMatchObject({ status: 201, body: "Minor Swing" });
    expect([stream.isOpen, stream.bytesWritten]).toEqual([false, 11]);
  });

  test("a stream that is opened for a client that has gone is over when it begins", async () => {
    const arrived = deferred<void>();
    const gone = deferred<void>();
    const outcome = deferred<boolean>();
    const served = await serve(
      site((page) => {
        page.signal.addEventListener("abort", () => gone.resolve());
        arrived.resolve();
        return gone.promise.then(() => {
          const stream = page.open();
          setTimeout(() => {
            void stream.write("to nobody");
            outcome.resolve(stream.isOpen);
          });
          return stream;
        }) as never;
      }),
    );
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    await arrived.promise;
    connection.destroy();
    expect(await outcome.promise).toBe(false);
  });
}
