import {
  createApplication,
  createReverse,
  host,
  http,
  HttpConsumer,
  include,
  RouteInvalid,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { HttpCommunicator, WebSocketCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

class Where extends HttpConsumer {
  get() {
    return this.json({ at: this.constructor.name, ...this.params });
  }
}
class Api extends Where {}
class Any extends Where {}
class Tenant extends HttpConsumer<{ tenant: string }> {
  get() {
    return this.json({ at: "Tenant", ...this.params });
  }
}
class Ticket extends HttpConsumer<{ tenant: string; id: number }> {
  get() {
    return this.json({ at: "Ticket", ...this.params });
  }
}
class Socket extends WebSocketConsumer {}

const routes = [
  host(
    ":tenant.example.com",
    (under) => [
      under.http("/", Tenant, { name: "home" }),
      under.include("/tickets/", (within) => [within.http("/:id<int>/", Ticket, { name: "ticket" })]),
    ],
    { namespace: "tenant" },
  ),
  host("api.example.com", [http("/", Api, { name: "root" }), include("/v1/", [http("/me/", Api)])], {
    namespace: "api",
  }),
  host("live.example.com", [websocket("/ws/", Socket)]),
  http("/", Any, { name: "home" }),
  http("/about/", Any),
];
const application = createApplication({ routes });

async function get(name: string, path: string) {
  const response = await new HttpCommunicator(application, "GET", path, { headers: { host: name } }).response();
  return response.status === 200 ? response.json() : response.status;
}

describe("a route of a host", () => {
  it("answers that host alone, whatever its port and case", async () => {
    expect(await get("api.example.com", "/")).toEqual({ at: "Api" });
    expect(await get("API.example.com:8000", "/v1/me/")).toEqual({ at: "Api" });
    expect(await get("api.example.com.", "/v1/me/")).toEqual({ at: "Api" });
    expect(await get("example.com", "/v1/me/")).toBe(404);
  });

  it("may capture a label, beside what the path captures", async () => {
    expect(await get("swing.example.com", "/")).toEqual({ at: "Tenant", tenant: "swing" });
    expect(await get("swing.example.com", "/tickets/7/")).toEqual({ at: "Ticket", tenant: "swing", id: 7 });
    expect(await get("a.b.example.com", "/tickets/7/")).toBe(404);
    expect(await get(".example.com", "/tickets/7/")).toBe(404);
  });

  it("goes before those of a host with parameters, and both before those of no host", async () => {
    expect(await get("api.example.com", "/")).toEqual({ at: "Api" });
    expect(await get("example.com", "/")).toEqual({ at: "Any" });
    expect(await get("api.example.com", "/about/")).toEqual({ at: "Any" });
  });

  it("may be a socket", async () => {
    const connect = (name: string) =>
      new WebSocketCommunicator(application, "/ws/", { headers: { host: name } }).connect();
    expect(await connect("live.example.com")).toMatchObject({ accepted: true });
    expect(await connect("example.com")).toMatchObject({ accepted: false, status: 404 });
  });

  it("has its slash looked after, too", async () => {
    const response = await new HttpCommunicator(application, "GET", "/v1/me?x=1", {
      headers: { host: "api.example.com" },
    }).response();
    expect([response.status, response.header("location")]).toEqual([301, "/v1/me/?x=1"]);
    expect(await get("example.com", "/v1/me")).toBe(404);
  });

  it("is reversed with its host", () => {
    const url = createReverse(routes);
    expect(url("api:root")).toBe("//api.example.com/");
    expect(url("tenant:ticket", { tenant: "swing", id: 7 })).toBe("//swing.example.com/tickets/7/");
    const origin = "https://example.com:8443";
    expect(url("tenant:home", { tenant: "swing" }, { origin })).toBe("https://swing.example.com:8443/");
    expect(url("home", {}, { origin })).toBe("https://example.com:8443/");
    for (const tenant of ["evil.example/", "a.b", "-a", "", "é"])
      expect(() => url("tenant:home", { tenant })).toThrow("does not fit");
  });

  it.each([
    ["https://api.example.com", "without scheme"],
    ["api.example.com:8000", "without scheme"],
    ["api..example.com", "empty label"],
    ["Api.example.com", "no host name"],
    [":rest<path>.example.com", "several labels"],
    [":a.:a.example.com", "two parameters called a"],
  ])("cannot be of the host %s", (pattern, problem) => {
    expect(() => host(pattern, [])).toThrow(RouteInvalid);
    expect(() => host(pattern, [])).toThrow(problem);
  });

  it("cannot be of a host within a host, nor capture one name twice", () => {
    expect(() => createApplication({ routes: [host("a.example", [host("b.example", [http("/", Any)])])] })).toThrow(
      "within the host a.example",
    );
    expect(() => createApplication({ routes: [host(":id.example", [http("/:id/", Any)])] })).toThrow(
      "two parameters called id",
    );
  });
});
