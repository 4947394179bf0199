import {
  createApplication,
  errorPages,
  http,
  HttpConsumer,
  methodOverride,
  requestId,
  timeouts,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";
import { HttpCommunicator, WebSocketCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

import { deferred } from "../../deferred.js";
import { site } from "./site.js";
import { serversHere } from "../../protocol/servers-here.js";

const form = { "content-type": "application/x-www-form-urlencoded" };

describe("the request id", () => {
  class Id extends HttpConsumer {
    get() {
      return this.text(this.scope.requestId);
    }
  }
  class Socket extends WebSocketConsumer {}
  const application = createApplication({
    routes: [http("/", Id), websocket("/ws/", Socket)],
    middleware: [requestId()],
  });

  it("is told to clients, of errors and of sockets, too", async () => {
    const page = await new HttpCommunicator(application, "GET", "/").response();
    expect(page.header("x-request-id")).toBe(page.text);
    const missing = await new HttpCommunicator(application, "GET", "/nowhere/").response();
    expect(missing.headers.filter(([name]) => name === "x-request-id")).toHaveLength(1);
    const outcome = await new WebSocketCommunicator(application, "/ws/").connect();
    expect(outcome.accepted && Object.fromEntries(outcome.headers)["x-request-id"]).toMatch(/^[\w-]+$/);
  });

  it.each(serversHere)("is a trusted proxy's, or made here (%s)", async (name) => {
    const server = await loadServer(name);
    for (const [trustedProxies, given, isTaken] of [
      [["loopback"], "abc.1-x_2", true],
      [[], "abc.1-x_2", false],
      [["loopback"], "a b", false],
      [["loopback"], "x".repeat(65), false],
      [["loopback"], '"}\\u000a{"', false],
    ] as const) {
      const listening = await server.listen(application, { port: 0, trustedProxies });
      const response = await fetch(listening.url, { headers: { "x-request-id": given } });
      const id = await response.text();
      expect(response.headers.get("x-request-id")).toBe(id);
      expect(id === given).toBe(isTaken);
      expect(id).toMatch(/^[\w.-]{1,64}$/);
      await listening.close();
    }
  });
});

describe("method override", () => {
  const { ask } = site([methodOverride()]);
  const post = async (headers: Record<string, string>, body = "") => {
    const { status, text } = await ask("POST", "/", { headers, body });
    return status === 200 ? text : status;
  };

  it("lets a POST stand for what a client cannot send", async () => {
    expect(await post({ "x-http-method-override": "DELETE" })).toBe("deleted");
    expect(await post({ "x-http-method-override": "patch" })).toBe("patched");
    expect(await post(form, "_method=PUT&a=b")).toBe("put");
    expect(await post(form, "a=b&_method=delete")).toBe("deleted");
    expect(await post(form, "a=b")).toBe("posted");
    expect(await post({})).toBe("posted");
  });

  it("makes nothing harmless of it, nor anything else of what is no POST", async () => {
    for (const method of ["GET", "HEAD", "OPTIONS", "TRACE", "CONNECT", "x"])
      expect(await post({ "x-http-method-override": method })).toBe(400);
    expect((await ask("GET", "/", { headers: { "x-http-method-override": "DELETE" } })).text).toBe("<p>page</p>");
    expect((await ask("GET", "/?_method=DELETE")).text).toBe("<p>page</p>");
  });

  it("looks only where it is told to", async () => {
    const neither = site([methodOverride({ header: false, field: false })]);
    const headers = { ...form, "x-http-method-override": "DELETE" };
    expect((await neither.ask("POST", "/", { headers, body: "_method=PUT" })).text).toBe("posted");
  });

  it("gives the handler the whole form", async () => {
    class Echo extends HttpConsumer {
      async put() {
        return this.text(await this.request.text());
      }
    }
    const echo = site([methodOverride()], { routes: [http("/", Echo)] });
    const body = `_method=PUT&a=${"x".repeat(70_000)}`;
    expect((await echo.ask("POST", "/", { headers: form, body })).text).toBe(body);
  });
});

describe("timeouts", () => {
  const ended = deferred<string>();
  class Slow extends HttpConsumer {
    async get() {
      await new Promise((resolve) => this.signal.addEventListener("abort", resolve));
      ended.resolve("aborted");
      return this.text("too late");
    }
    post() {
      return this.text("at once");
    }
  }
  class Patient extends HttpConsumer {
    static exempt = ["timeout"];
    async get() {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return this.text("at last");
    }
  }
  const { ask } = site([errorPages(), timeouts({ responseMs: 20 })], {
    routes: [http("/", Slow), http("/patient/", Patient)],
  });

  it("answer with 504 what is not answered in time, and abort its work", async () => {
    const answer = await ask("GET", "/", { headers: { accept: "application/json" } });
    expect(answer.json()).toMatchObject({ status: 504, title: "Gateway Timeout" });
    expect(await ended.promise).toBe("aborted");
  });

  it("leave alone what is answered at once, and who makes clients wait on purpose", async () => {
    expect((await ask("POST")).text).toBe("at once");
    expect((await ask("GET", "/patient/")).text).toBe("at last");
  });
});
