import { createHash } from "node:crypto";

import {
  createApplication,
  EventStreamConsumer,
  http,
  HttpConsumer,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { group } from "hotclub/layers";

export const news = group("interop/news").carries<{ "news.item": { title: string } }>();

class Hello extends HttpConsumer {
  get() {
    return this.text("hello", { headers: { "x-version": this.scope.httpVersion } });
  }
}

/** Tells what came. */
class Upload extends HttpConsumer {
  async post() {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const piece of this.request.stream()) {
      hash.update(piece);
      bytes += piece.length;
    }
    return this.json({ bytes, hash: hash.digest("hex") });
  }
}

class Form extends HttpConsumer {
  async post() {
    const form = await this.request.form();
    const file = form.file("file");
    return this.json({ title: form.get("title"), name: file?.name, size: file?.size });
  }
}

class Stream extends HttpConsumer {
  get() {
    return this.stream(pieces(Number(this.request.query.get("count"))));
  }
}

async function* pieces(count: number): AsyncGenerator<string> {
  for (let i = 0; i < count; i++) {
    yield `piece ${i}\n`;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A million bytes, of which each tells its place. */
export const alphabet = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => 97 + (i % 26)));

class File extends HttpConsumer {
  get() {
    const read = async function* (first: number, last: number): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(alphabet.subarray(first, last + 1));
    };
    return this.file({ size: alphabet.length, type: "text/plain", etag: '"v1"', read });
  }
}

class Events extends EventStreamConsumer {
  static override readonly retryMs = 20;

  override async connect() {
    await this.join(news());
    await this.sendEvent({ event: "ready", data: this.scope.headers.get("last-event-id") ?? "first" });
  }
  "news.item"({ title }: { title: string }) {
    return this.sendEvent({ event: "item", data: { title }, id: title });
  }
}

class Page extends HttpConsumer {
  get() {
    return this.html("<!doctype html><title>interop</title>");
  }
}

class Echo extends WebSocketConsumer {
  override connect() {
    this.accept(this.scope.subprotocols.includes("echo") ? { subprotocol: "echo" } : {});
  }
  override receive(data: string | Uint8Array) {
    if (data === "close me") return this.close(4321, "as you wish");
    return typeof data === "string" ? this.sendText(data) : this.sendBytes(data);
  }
}

/** What clients that others wrote talk to. */
export const application = createApplication({
  routes: [
    http("/", Page),
    http("/hello/", Hello),
    http("/upload/", Upload),
    http("/form/", Form),
    http("/stream/", Stream),
    http("/file/", File),
    http("/events/", Events),
    websocket("/echo/", Echo),
  ],
});
