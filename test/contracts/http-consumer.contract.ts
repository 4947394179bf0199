import { Writable } from "node:stream";

import { createLogger, defineError, getLogger, PermissionDenied, setLogger } from "hotclub/core";
import { http, HttpConsumer } from "hotclub/consumers";
import { HttpCommunicator, type TestRequest } from "hotclub/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { deferred } from "../deferred.js";
import { makeApplication } from "./consumer-place.js";

/** What a consumer of requests does, wherever it runs. */
export function describeHttpConsumers(): void {
  class Greeting extends HttpConsumer<{ name: string }> {
    get() {
      return this.text(`Hello, ${this.params.name}${this.request.query.get("mark") ?? ""}`);
    }
  }

  class Forms extends HttpConsumer {
    async post() {
      const form = await this.request.form();
      return this.json(Object.fromEntries(form), { status: 201 });
    }
    async put() {
      return this.json(await this.request.json(z.object({ size: z.number() })));
    }
    async patch() {
      const [first, second] = await Promise.all([this.request.text(), this.request.text()]);
      return this.text(`${first}|${second}`);
    }
  }

  class Broken extends HttpConsumer {
    get(): never {
      throw new Error("the secret of the house");
    }
    async post(): Promise<never> {
      await Promise.resolve();
      throw new PermissionDenied({ detail: "Members only." });
    }
    put(): never {
      throw "a string";
    }
  }

  class OutOfTune extends defineError({ code: "TEST_OUT_OF_TUNE", message: () => "Tune first.", status: 409 }) {}

  class Tuned extends HttpConsumer {
    get(): never {
      throw new OutOfTune();
    }
  }

  const routes = [
    http("/hello/:name/", Greeting),
    http("/forms/", Forms),
    http("/broken/", Broken),
    http("/tuned/", Tuned),
  ];
  const application = makeApplication({ routes, maxBodyBytes: 1000, secretKeys: ["s".repeat(32)] });

  function ask(method: string, target: string, request?: TestRequest) {
    return new HttpCommunicator(application, method, target, request).response();
  }

  describe("an HTTP consumer", () => {
    it("answers with what the handler named as the method returns", async () => {
      const response = await ask("GET", "/hello/Django/?mark=%21");
      expect(response).toMatchObject({ status: 200, text: "Hello, Django!" });
      expect(response.header("content-type")).toBe("text/plain; charset=utf-8");
    });

    it("answers HEAD as GET", async () => {
      expect(await ask("HEAD", "/hello/Django/")).toMatchObject({ status: 200 });
    });

    it("refuses other methods with 405 and says which it has", async () => {
      const response = await ask("DELETE", "/hello/Django/");
      expect(response.status).toBe(405);
      expect(response.header("allow")).toBe("GET, HEAD, OPTIONS");
    });

    it("answers OPTIONS with its methods", async () => {
      expect((await ask("OPTIONS", "/forms/")).header("allow")).toBe("POST, PUT, PATCH, OPTIONS");
    });

    it("reads forms", async () => {
      const response = await ask("POST", "/forms/", {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "title=Minor+Swing&year=1937",
      });
      expect(response.status).toBe(201);
      expect(response.json()).toEqual({ title: "Minor Swing", year: "1937" });
    });

    it("reads JSON and has it checked by a schema", async () => {
      const headers = { "content-type": "application/json; charset=utf-8" };
      expect((await ask("PUT", "/forms/", { headers, body: '{"size":3}' })).json()).toEqual({ size: 3 });
      const wrong = await ask("PUT", "/forms/", { headers, body: '{"size":"3"}' });
      expect(wrong.status).toBe(400);
      expect(wrong.text).toContain("size");
    });

    it("reads the body once, however often it is asked for", async () => {
      expect((await ask("PATCH", "/forms/", { body: "swing" })).text).toBe("swing|swing");
    });

    it.each([
      ["wrong JSON", "PUT", "application/json", "{", 400, "not valid JSON"],
      ["JSON under another type", "PUT", "text/plain", "{}", 415, "application/json"],
      ["a form under no type", "POST", "", "a=1", 415, "of no stated type"],
      ["text that is not UTF-8", "PATCH", "text/plain", new Uint8Array([0xff]), 400, "UTF-8"],
      ["a body over the limit", "PATCH", "text/plain", "x".repeat(1001), 413, "1000 bytes"],
    ])("refuses %s", async (_what, method, type, body, status, says) => {
      const response = await ask(method, "/forms/", { headers: type === "" ? {} : { "content-type": type }, body });
      expect(response.status).toBe(status);
      expect(response.text).toContain(says);
    });

    it("refuses a body that is announced as too large before it has come", async () => {
      const headers = { "content-type": "application/json", "content-length": "5000" };
      expect((await ask("PUT", "/forms/", { headers, body: "{}" })).status).toBe(413);
    });

    it("turns an unknown error into a plain 500 with the request's id, and says no more", async () => {
      const response = await ask("GET", "/broken/", { headers: { "x-request-id": "abc" } });
      expect(response.status).toBe(500);
      expect(response.text).toMatch(/^Internal Server Error \(request [\w-]+\)$/);
      expect(response.header("x-request-id")).toBe(/request ([\w-]+)/.exec(response.text)?.[1]);
    });

    it("turns what is not even an error into a 500", async () => {
      expect((await ask("PUT", "/broken/")).status).toBe(500);
    });

    it("says in debug what went wrong", async () => {
      const debugging = makeApplication({ routes, debug: true });
      expect((await new HttpCommunicator(debugging, "GET", "/broken/").response()).text).toContain(
        "the secret of the house",
      );
    });

    it("tells the client of errors that are the client's", async () => {
      expect(await ask("POST", "/broken/")).toMatchObject({ status: 403, text: "Members only." });
      expect(await ask("GET", "/tuned/")).toMatchObject({ status: 409, text: "Tune first." });
    });

    it("is not there for an unknown path", async () => {
      expect(await ask("GET", "/nowhere/")).toMatchObject({ status: 404, text: "This page was not found." });
    });
  });

  describe("a long answer", () => {
    it("is told by its signal that the client has gone", async () => {
      const heard = deferred<boolean>();
      const begun = deferred<void>();
      class Long extends HttpConsumer {
        async get() {
          begun.resolve();
          await new Promise<void>((resolve) => this.signal.addEventListener("abort", () => resolve()));
          heard.resolve(this.signal.aborted);
          return this.text("too late");
        }
      }
      const communicator = new HttpCommunicator(makeApplication({ routes: [http("/", Long)] }), "GET", "/");
      communicator.start();
      await begun.promise;
      communicator.disconnect();
      expect(await heard.promise).toBe(true);
    });
  });

  describe("cookies", () => {
    class Names extends HttpConsumer {
      get() {
        return this.json({ plain: this.cookies.get("plain"), signed: this.cookies.getSigned("signed") });
      }
      post() {
        this.cookies.set("plain", "a b", { maxAgeS: 60 });
        this.cookies.setSigned("signed", "Django");
        this.cookies.delete("old");
        return this.text("set");
      }
    }
    const names = makeApplication({ routes: [http("/", Names)], secretKeys: ["s".repeat(32)] });
    const set = () => new HttpCommunicator(names, "POST", "/").response();
    const get = (cookie: string) => new HttpCommunicator(names, "GET", "/", { headers: { cookie } }).response();
    const lines = async () => (await set()).headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);

    it("are set safely: HttpOnly, SameSite=Lax, for the whole site", async () => {
      const [plain, signed, old] = await lines();
      expect(plain).toMatch(/^plain=a%20b; Max-Age=60; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
      expect(signed).toMatch(/^signed=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax$/);
      expect(old).toMatch(/^old=; Max-Age=0;/);
    });

    it("come back as they were set", async () => {
      const cookie = (await lines()).map((line) => line.split(";")[0]).join("; ");
      expect((await get(cookie)).json()).toEqual({ plain: "a b", signed: "Django" });
    });

    it("that were tampered with are refused with 400", async () => {
      const response = await get("signed=RGphbmdv.abc.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
      expect(response).toMatchObject({ status: 400, text: "The signed value is changed." });
    });

    it("of another name do not count, whoever signed them", async () => {
      const signed = (await lines())[1]?.split(";")[0]?.replace("signed=", "") ?? "";
      const other = makeApplication({ routes: [http("/", Names)], secretKeys: ["o".repeat(32)] });
      const response = await new HttpCommunicator(other, "GET", "/", {
        headers: { cookie: `signed=${signed}` },
      }).response();
      expect(response.status).toBe(400);
    });
  });

  describe("redirects", () => {
    class Away extends HttpConsumer {
      get() {
        return this.redirect(this.request.query.get("to") ?? "/");
      }
    }
    const away = makeApplication({ routes: [http("/", Away)] });
    const location = async (to: string) =>
      (await new HttpCommunicator(away, "GET", `/?to=${encodeURIComponent(to)}`).response()).header("location");

    it("encode what a URI may not hold, so that no header can be added", async () => {
      expect(await location("/räume/\r\nset-cookie: a=b")).toBe("/r%C3%A4ume/%0D%0Aset-cookie:%20a=b");
      expect(await location("/a%20b?c=d&e[]=f#g")).toBe("/a%20b?c=d&e[]=f#g");
    });
  });

  describe("the log of a request", () => {
    it("names the request in what is written far away from the consumer, and not twice in its own lines", async () => {
      const lines: string[] = [];
      const destination = new Writable({
        write(chunk: Buffer, _encoding, done) {
          lines.push(chunk.toString());
          done();
        },
      });
      const previous = setLogger(createLogger({ destination }));
      try {
        class Logging extends HttpConsumer {
          async get() {
            await Promise.resolve();
            getLogger().info("far away");
            this.log.info("near");
            return this.text(this.scope.requestId);
          }
        }
        const application = makeApplication({ routes: [http("/", Logging)] });
        const id = (await new HttpCommunicator(application, "GET", "/").response()).text;
        expect(lines.map((line) => line.match(/"requestId":"[^"]+"/g))).toEqual([
          [`"requestId":"${id}"`],
          [`"requestId":"${id}"`],
        ]);
      } finally {
        setLogger(previous);
      }
    });
  });
}
