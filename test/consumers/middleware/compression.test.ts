import { Readable } from "node:stream";
import * as zlib from "node:zlib";

import { compression, type CompressionOptions, conditionalGet, http, HttpConsumer } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  availableCodings,
  chooseCoding,
  type ContentCoding,
} from "../../../src/consumers/middleware/coding/content-coding.js";
import { site } from "./site.js";
import { serversHere } from "../../protocol/servers-here.js";

const long = "Minor Swing. ".repeat(200);
const large = "Nuages, Daphne, Belleville. ".repeat(5000);

class Text extends HttpConsumer<{ kind: string }> {
  get() {
    const headers = { "cache-control": "no-transform" };
    switch (this.params.kind) {
      case "short":
        return this.text("short");
      case "large":
        return this.text(large);
      case "image":
        return this.bytes(Buffer.from(long), { headers: { "content-type": "image/png" } });
      case "svg":
        return this.bytes(Buffer.from(long), { headers: { "content-type": "image/svg+xml" } });
      case "encoded":
        return this.text(long, { headers: { "content-encoding": "br" } });
      case "kept":
        return this.text(long, { headers });
      case "tagged":
        return this.text(long, { headers: { etag: '"v1"' } });
      case "stream":
        return this.stream(Readable.from(["first ", "second"]), { headers: { "content-type": "text/plain" } });
      case "secret":
        return this.stream(Readable.from([long]), { headers: { "content-type": "text/plain" }, mayCompress: false });
      default:
        return this.text(long);
    }
  }
}
class Without extends HttpConsumer {
  static exempt = ["compression"];
  get() {
    return this.text(long);
  }
}
const routes = [http("/without/", Without), http("/:kind/", Text)];

const decoders: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
  gzip: zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  ...("zstdDecompressSync" in zlib && { zstd: zlib.zstdDecompressSync as (bytes: Uint8Array) => Buffer }),
};

const get = (kind: string, accept = "gzip, br", options: CompressionOptions = {}) =>
  site([compression(options), conditionalGet()], { routes }).ask("GET", `/${kind}/`, {
    headers: { ...(accept !== "" && { "accept-encoding": accept }), host: "localhost" },
  });

describe("compression", () => {
  it.each(availableCodings)("makes bodies shorter, and they are the same again afterwards (%s)", async (coding) => {
    for (const [kind, text] of [
      ["long", long],
      ["large", large],
      ["svg", long],
      ["stream", "first second"],
    ] as const) {
      const { header, bytes } = await get(kind, coding);
      expect([header("content-encoding"), header("vary")]).toEqual([coding, "Accept-Encoding"]);
      expect(decoders[coding]?.(bytes).toString()).toBe(text);
    }
  });

  it.each(["short", "image", "encoded", "kept", "secret", "without"])("leaves alone what is %s", async (kind) => {
    const { header, bytes } = await get(kind);
    expect(header("content-encoding")).toBe(kind === "encoded" ? "br" : undefined);
    expect(bytes.byteLength).toBe(kind === "short" ? 5 : long.length);
  });

  it("leaves bodies as they are for clients that take nothing else, and says that others get another", async () => {
    for (const accept of ["", "identity", "br;q=0, gzip;q=0", "compress"]) {
      const { header, text } = await get("long", accept);
      expect([header("content-encoding"), header("vary"), text]).toEqual([undefined, "Accept-Encoding", long]);
    }
  });

  it("weakens the validator, which still tells that nothing has changed", async () => {
    const { header } = await get("tagged");
    expect(header("etag")).toBe('W/"v1"');
    const { ask } = site([compression(), conditionalGet()], { routes });
    const again = await ask("GET", "/tagged/", { headers: { "accept-encoding": "br", "if-none-match": 'W/"v1"' } });
    expect([again.status, again.header("content-encoding"), again.text]).toEqual([304, undefined, ""]);
  });

  it("takes the codings that a site offers, in its order, and other sizes", async () => {
    expect((await get("long", "gzip, br", { codings: ["gzip", "br"] })).header("content-encoding")).toBe("gzip");
    expect((await get("long", "br", { codings: ["gzip"] })).header("content-encoding")).toBeUndefined();
    expect((await get("long", "br", { minBytes: 100_000 })).header("content-encoding")).toBeUndefined();
  });

  it("tells a stranger's guesses by length, where a page holds a secret beside them: unless the page says no", async () => {
    // BREACH: what the client chose and the secret share a window.
    class Page extends HttpConsumer {
      get() {
        const body = `${"x".repeat(500)} secret=Xq7_mR2vK9 ${this.request.query.get("q") ?? ""} ${"y".repeat(600)}`;
        const response = this.text(body);
        return this.request.query.has("safe") ? Object.assign(response, { mayCompress: false }) : response;
      }
    }
    const { ask } = site([compression()], { routes: [http("/", Page)] });
    const length = async (q: string, more = "") =>
      (await ask("GET", `/?q=${q}${more}`, { headers: { "accept-encoding": "gzip", host: "localhost" } })).bytes.length;
    expect(await length("secret=Xq7_mR2vK9")).toBeLessThan(await length("secret=a0bZ1cY2dX"));
    expect(await length("secret=Xq7_mR2vK9", "&safe")).toBe(await length("secret=a0bZ1cY2dX", "&safe"));
  });

  it.each(serversHere)("sends each piece of a stream when it is written (%s)", async (name) => {
    let next = () => {};
    class Slow extends HttpConsumer {
      get() {
        async function* pieces() {
          yield "first";
          await new Promise<void>((resolve) => {
            next = resolve;
          });
          yield "second";
        }
        return this.stream(pieces(), { headers: { "content-type": "text/plain" } });
      }
    }
    const { application } = site([compression()], { routes: [http("/", Slow)] });
    const listening = await (await loadServer(name)).listen(application, { port: 0 });
    try {
      const response = await fetch(listening.url);
      expect(response.headers.get("content-encoding")).toMatch(/^(?:br|gzip)$/);
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value).toBe("first");
      next();
      expect((await reader?.read())?.value).toBe("second");
      expect((await reader?.read())?.done).toBe(true);
    } finally {
      await listening.close();
    }
  });
});

describe("the coding for a client", () => {
  const offers: readonly ContentCoding[] = ["zstd", "br", "gzip"];

  it.each([
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, deflate, br", "br"],
    ["gzip;q=1.0, br;q=0.8", "gzip"],
    ["*", "zstd"],
    ["*;q=0.5, zstd;q=0", "br"],
    ["br;q=0.1, identity;q=0.9", undefined],
    ["identity", undefined],
    ["x-gzip", "gzip"],
    ["GZIP", "gzip"],
    ["gzip;q=2", undefined],
    [" br ; q=0.5 , gzip ; q=0.4 ", "br"],
    ["", undefined],
    ["*;q=0", undefined],
  ] as const)("that accepts %j is %s", (header, coding) => {
    expect(chooseCoding(header, offers)).toBe(coding);
  });

  it("is never one that it refuses or does not name, whatever it sends", () => {
    const weight = fc.constantFrom("", ";q=0", ";q=0.5", ";q=1", ";q=0.000", ";q=7", "; q=0.001");
    const item = fc
      .tuple(fc.constantFrom("gzip", "br", "zstd", "deflate", "identity"), weight)
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.uniqueArray(item, { selector: (text) => text.split(";")[0] }), (items) => {
        const chosen = chooseCoding(items.join(", "), offers);
        if (chosen === undefined) return;
        const named = items.find((text) => text.split(";")[0] === chosen);
        expect(named).toBeDefined();
        expect(named).not.toMatch(/q=0(?:\.0*)?$|q=7/);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (header) => void chooseCoding(header, offers)));
  });
});
