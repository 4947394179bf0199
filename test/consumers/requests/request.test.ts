import { createApplication, http, HttpConsumer, type HttpResponse } from "hotclub/consumers";
import { HttpCommunicator, type TestRequest } from "hotclub/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { collect } from "../collect.js";

type Look = (consumer: HttpConsumer<{ id: number }>) => unknown;

/** What `look` sees of one request. */
async function seen(look: Look, method: string, target: string, request: TestRequest = {}): Promise<unknown> {
  class Looking extends HttpConsumer<{ id: number }> {
    async #answer(): Promise<HttpResponse> {
      return this.json((await look(this)) ?? null);
    }
    get(): Promise<HttpResponse> {
      return this.#answer();
    }
    post(): Promise<HttpResponse> {
      return this.#answer();
    }
  }
  const application = createApplication({ routes: [http("/tunes/:id<int>/", Looking)], secretKeys: ["k".repeat(32)] });
  const response = await new HttpCommunicator(application, method, target, request).response();
  return response.status === 200 ? response.json() : response.status;
}

const json = { "content-type": "application/json" };

describe("a request", () => {
  it("tells its method, path, parameters, query, headers and client", async () => {
    const look: Look = ({ request }) => {
      const { method, path, params, query, headers, client, isSecure, contentType } = request;
      return {
        method,
        path,
        params,
        tags: query.getAll("tag"),
        accept: headers.get("accept"),
        client,
        isSecure,
        contentType,
      };
    };
    expect(await seen(look, "GET", "/tunes/7/?tag=a&tag=b%20c", { headers: { accept: "text/html" } })).toEqual({
      method: "GET",
      path: "/tunes/7/",
      params: { id: 7 },
      tags: ["a", "b c"],
      accept: "text/html",
      client: { host: "127.0.0.1", port: 50_000 },
      isSecure: false,
      contentType: "",
    });
  });

  it("knows its host and makes whole URLs", async () => {
    const look: Look = ({ request }) => [
      request.host,
      request.absoluteUrl(),
      request.absoluteUrl("/login/?next=/"),
      request.absoluteUrl("edit/"),
    ];
    expect(await seen(look, "GET", "/tunes/7/?a=1", { headers: { host: "Hot.Club:8000" } })).toEqual([
      "hot.club:8000",
      "http://hot.club:8000/tunes/7/?a=1",
      "http://hot.club:8000/login/?next=/",
      "http://hot.club:8000/tunes/7/edit/",
    ]);
    for (const host of ["a b", "a/b", "a@b", "a:b", "[::1", "a:999999"]) {
      expect([host, await seen(look, "GET", "/tunes/7/", { headers: { host } })]).toEqual([host, 400]);
    }
  });

  it("negotiates", async () => {
    const look: Look = ({ request }) => [
      request.accepts("text/html"),
      request.accepts("image/png", "application/json"),
      request.preferredType(["text/html", "application/json"]),
      request.preferredLanguage(["en", "fr"]),
    ];
    const headers = [
      ["accept", "application/json"],
      ["accept", "text/plain"],
      ["accept-language", "fr-CH"],
    ] as const;
    expect(await seen(look, "GET", "/tunes/7/", { headers })).toEqual([false, true, "application/json", "fr"]);
  });

  it("knows which URLs of clients lead to this site", async () => {
    const look: Look = ({ request }) =>
      ["/next/", "//evil.example/", "http://localhost/", "https://evil.example"].map((url) => request.isLocalUrl(url));
    expect(await seen(look, "GET", "/tunes/7/")).toEqual([true, false, true, false]);
  });

  it("reads text in the charset that the client names", async () => {
    const look: Look = ({ request }) => request.text();
    const post = (type: string, body: Uint8Array): Promise<unknown> =>
      seen(look, "POST", "/tunes/7/", { headers: { "content-type": type }, body });
    expect(await post("text/plain; charset=ISO-8859-1", Buffer.from("rêves", "latin1"))).toBe("rêves");
    expect(await post('text/plain; charset="utf-8"', Buffer.from("rêves"))).toBe("rêves");
    expect(await post("text/plain", Buffer.from("\ufeffrêves"))).toBe("rêves");
    expect(await post("text/plain; charset=utf-16le", Buffer.from("rêves", "utf16le"))).toBe("rêves");
    expect(await post("text/plain; charset=klingon", Buffer.from("a"))).toBe(415);
    expect(await post("text/plain", Buffer.from("rêves", "latin1"))).toBe(400);
    expect(await post("text/plain; charset=utf-16le", Buffer.from([1, 0xd8, 1]))).toBe(400);
  });

  it("reads JSON of every type that is JSON", async () => {
    const look: Look = ({ request }) => request.json();
    for (const type of [
      "application/json",
      "Application/JSON;charset=UTF-8",
      "application/problem+json",
      "application/vnd.api+json; profile=x",
    ]) {
      expect(await seen(look, "POST", "/tunes/7/", { headers: { "content-type": type }, body: '{"a":1}' })).toEqual({
        a: 1,
      });
    }
    for (const type of ["text/json", "application/jsonp", "json", "+json", "application/x-www-form-urlencoded"]) {
      const answer = await seen(look, "POST", "/tunes/7/", { headers: { "content-type": type }, body: "{}" });
      expect([type, answer]).toEqual([type, 415]);
    }
    expect(await seen(look, "POST", "/tunes/7/", { headers: json })).toBe(400);
  });

  it("gives a body again to whoever asks for it again, but not as a stream", async () => {
    const look: Look = async ({ request }) => {
      const both = [
        await request.text(),
        await request.json(z.object({ a: z.number() })),
        (await request.bytes()).length,
      ];
      const stream = await collect(request.stream()).catch((error: unknown) => (error as { code: string }).code);
      return [...both, stream];
    };
    expect(await seen(look, "POST", "/tunes/7/", { headers: json, body: '{"a":1}' })).toEqual([
      '{"a":1}',
      { a: 1 },
      7,
      "CONSUMERS_BODY_USED",
    ]);
  });

  it("gives a stream once", async () => {
    const look: Look = async ({ request }) => {
      const pieces = await collect(request.stream());
      const again = await request.text().catch((error: unknown) => (error as { code: string }).code);
      return [Buffer.concat(pieces).toString(), again];
    };
    expect(await seen(look, "POST", "/tunes/7/", { body: "swing" })).toEqual(["swing", "CONSUMERS_BODY_USED"]);
  });

  it("stops a stream at its limit", async () => {
    const look: Look = ({ request }) => collect(request.stream({ maxBytes: 4 }));
    expect(await seen(look, "POST", "/tunes/7/", { body: "swing" })).toBe(413);
  });

  it("has an empty body where it has none", async () => {
    const look: Look = async ({ request }) => [await request.text(), (await collect(request.stream())).length];
    expect(await seen(look, "GET", "/tunes/7/")).toEqual(["", 0]);
  });
});

describe("cookies", () => {
  const ask = async (
    look: (consumer: HttpConsumer) => unknown,
    cookie = "",
  ): Promise<{ answer: unknown; set: string[] }> => {
    class Looking extends HttpConsumer {
      get() {
        return this.json(look(this) ?? null);
      }
    }
    const application = createApplication({ routes: [http("/", Looking)], secretKeys: ["k".repeat(32)] });
    const headers: Record<string, string> = cookie === "" ? {} : { cookie };
    const response = await new HttpCommunicator(application, "GET", "/", { headers }).response();
    const set = response.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
    return { answer: response.status === 200 ? response.json() : response.status, set };
  };

  it("are read, the first of a name", async () => {
    const { answer } = await ask(
      ({ cookies }) => [cookies.get("a"), cookies.get("b"), cookies.get("c")],
      "a=1; b=x%20y; a=2",
    );
    expect(answer).toEqual(["1", "x y", null]);
  });

  it("are set safely unless said otherwise", async () => {
    const { set } = await ask(({ cookies }) => {
      cookies.set("plain", "1");
      cookies.set("own", "2", { sameSite: "none", secure: true, partitioned: true, httpOnly: false, path: "/x/" });
    });
    expect(set[0]).toBe("plain=1; Path=/; HttpOnly; SameSite=Lax");
    expect(set[1]?.split("; ").toSorted()).toEqual(["Partitioned", "Path=/x/", "SameSite=None", "Secure", "own=2"]);
  });

  it("that could not work are refused", async () => {
    expect((await ask(({ cookies }) => cookies.set("a", "1", { sameSite: "none" }))).answer).toBe(500);
    expect((await ask(({ cookies }) => cookies.set("a", "1", { partitioned: true }))).answer).toBe(500);
    expect((await ask(({ cookies }) => cookies.set("a b", "1"))).answer).toBe(500);
  });

  it("are forgotten, also those that only a secure cookie replaces", async () => {
    const { set } = await ask(({ cookies }) => {
      cookies.delete("a", { path: "/x/" });
      cookies.delete("__Host-b");
      cookies.delete("c", { partitioned: true, secure: true });
    });
    for (const line of set) expect(line).toMatch(/Max-Age=0; .*Expires=|Expires=.*Max-Age=0/);
    expect(set[0]).toContain("Path=/x/");
    expect(set[1]).toContain("Secure");
    expect(set[2]).toContain("Partitioned");
  });

  it("that are signed cannot be changed", async () => {
    const { set } = await ask(({ cookies }) => cookies.setSigned("seat", "12"));
    const value = /^seat=([^;]+)/.exec(set[0] ?? "")?.[1] ?? "";
    expect((await ask(({ cookies }) => cookies.getSigned("seat"), `seat=${value}`)).answer).toBe("12");
    expect(await ask(({ cookies }) => cookies.getSigned("seat"))).toMatchObject({ answer: null });
    expect((await ask(({ cookies }) => cookies.getSigned("seat"), `seat=x${value}`)).answer).toBe(400);
    expect((await ask(({ cookies }) => cookies.getSigned("other"), `other=${value}`)).answer).toBe(400);
  });
});
