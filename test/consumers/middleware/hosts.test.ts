import { allowedHosts, httpsRedirect, webSocketOrigins } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { OriginPatterns } from "../../../src/consumers/middleware/origins/origin-patterns.js";
import { RawConnection } from "../../protocol/raw-connection.js";
import { site } from "./site.js";
import { serversHere } from "../../protocol/servers-here.js";

const status = async (hosts: readonly string[], host: string) =>
  (await site([allowedHosts(hosts)]).ask("GET", "/", { headers: { host } })).status;

describe("a host header", () => {
  it.each([
    "evil.example",
    "badexample.com",
    "example.com.evil.example",
    "evil.example/.example.com",
    "evil.example#.example.com",
    "evil.example?.example.com",
    "evil.example@www.example.com",
    "evil.example:80@www.example.com",
    "evil.example\\.example.com",
    "www.example.com, evil.example",
    "www.example.com evil.example",
    "www.example.com:80:80",
    "www.example.com:http",
    "-.example.com/",
    "..example.com",
    "[::1]evil.example.com",
    "ｅxample.com",
    "",
  ])("that is not the site's is refused, whatever it ends in: %j", async (host) => {
    expect(await status(["example.com", ".example.com"], host)).toBe(400);
  });

  it("must be a host's, even where any will do", async () => {
    expect(await status(["*"], "anything.example:8080")).toBe(200);
    expect(await status(["*"], "[2001:db8::1]:80")).toBe(200);
    for (const host of ["a/b", "a b", "a@b", "<script>"]) expect(await status(["*"], host)).toBe(400);
  });

  it.each(serversHere)("that comes twice does not get past the check (%s)", async (name) => {
    const { application } = site([allowedHosts(["example.com"])]);
    const listening = await (await loadServer(name)).listen(application, { port: 0 });
    try {
      for (const hosts of [
        ["example.com", "evil.example"],
        ["evil.example", "example.com"],
        ["evil.example", "evil.example"],
      ]) {
        const connection = await RawConnection.open({ port: listening.port, host: "127.0.0.1" });
        connection.send(`GET / HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join("")}\r\n`);
        const { status: answered, body } = await connection.response();
        // The one that was checked is the one that counts; or both are refused.
        if (hosts[0] === "evil.example") expect(answered).toBe(400);
        expect(body).not.toContain("evil");
        connection.socket.destroy();
      }
    } finally {
      await listening.close();
    }
  });
});

describe("the redirect to TLS", () => {
  const { ask, handshake } = site([allowedHosts(["example.com"]), httpsRedirect({ exempt: [/^\/open\/$/] })]);
  const headers = { host: "example.com:8000" };

  it("keeps path and query as they were sent, and the method of what changes something", async () => {
    const get = await ask("GET", "/a%20b/?q=%2F", { headers });
    expect([get.status, get.header("location")]).toEqual([301, "https://example.com:8000/a%20b/?q=%2F"]);
    expect((await ask("POST", "/", { headers })).status).toBe(308);
  });

  it("is not for what came over TLS, nor for paths that do without, nor for sockets, which are refused", async () => {
    expect((await ask("GET", "/", { headers, isSecure: true })).status).toBe(200);
    expect((await ask("GET", "/open/", { headers })).status).toBe(404);
    expect(await handshake(headers)).toBe(403);
    expect(await handshake(headers, true)).toBe(101);
  });

  it("sends nobody in circles, nor to a host that is not the site's", async () => {
    expect((await ask("GET", "/", { headers: { ...headers, "x-forwarded-proto": "https" } })).status).toBe(400);
    expect((await ask("GET", "/", { headers: { host: "evil.example" } })).status).toBe(400);
    const fixed = site([httpsRedirect({ host: "www.example.com" })]);
    const answer = await fixed.ask("GET", "//evil.example/", { headers: { host: "evil.example" } });
    expect(answer.header("location")).toBe("https://www.example.com//evil.example/");
  });
});

describe("sockets", () => {
  const host = "example.com";

  it("are opened by the site's own pages, trusted ones, and clients that are no browsers", async () => {
    const { handshake } = site([webSocketOrigins({ trustedOrigins: [".partner.example"] })]);
    expect(await handshake({ host, origin: "http://example.com" })).toBe(101);
    expect(await handshake({ host, origin: "https://eu.partner.example:8443" })).toBe(101);
    expect(await handshake({ host })).toBe(101);
    expect(await handshake({ host, origin: "https://example.com" }, true)).toBe(101);
  });

  it.each([
    "http://evil.example",
    "null",
    "https://example.com",
    "http://example.com:81",
    "http://example.com.evil",
    "",
  ])("are not opened by pages of %j", async (origin) => {
    const { handshake } = site([webSocketOrigins({ requireOrigin: true })]);
    expect(await handshake({ host, origin })).toBe(403);
  });
});

describe("patterns of origins", () => {
  it("never throw over what a client sends, and trust no more than they name", () => {
    const patterns = new OriginPatterns([
      "https://app.example",
      "https://*.wide.example",
      "named.example",
      ".all.example",
    ]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.webUrl().map((url) => new URL(url).origin),
        ),
        (origin) => {
          const isNamed = /(?:^https:\/\/app\.example(?::443)?|(?:wide|named|all)\.example(?::\d+)?)$/i.test(origin);
          expect(isNamed || !patterns.allows(origin)).toBe(true);
        },
      ),
    );
  });

  it("trust every host below a wide one, with its scheme and port, and none beside it", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const patterns = new OriginPatterns(["https://*.wide.example"]);
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("", ":443", ":8443"),
        (labels, port) => {
          const below = `${labels.join(".")}.wide.example`;
          expect(patterns.allows(`https://${below}${port}`)).toBe(port !== ":8443");
          expect(patterns.allows(`http://${below}`)).toBe(false);
          expect(patterns.allows(`https://${labels.join(".")}wide.example`)).toBe(false);
          expect(patterns.allows(`https://${below}.evil.example`)).toBe(false);
        },
      ),
    );
  });
});
