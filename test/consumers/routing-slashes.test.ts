import fc from "fast-check";
import {
  createApplication,
  http,
  HttpConsumer,
  type TrailingSlash,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { HttpCommunicator, WebSocketCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

class Page extends HttpConsumer {
  get() {
    return this.text("page");
  }
  post() {
    return this.text("posted");
  }
}
class Socket extends WebSocketConsumer {}
const routes = [
  http("/", Page),
  http("/with/:x/", Page),
  http("/without/:x", Page),
  http("/files/:name<path>/", Page),
  websocket("/ws/", Socket),
];

function site(trailingSlash: TrailingSlash | undefined) {
  const application = createApplication({ routes, ...(trailingSlash && { trailingSlash }) });
  return async (method: string, path: string) => {
    const response = await new HttpCommunicator(application, method, path).response();
    return response.status < 300 || response.status >= 400
      ? response.status
      : `${response.status} ${response.header("location")}`;
  };
}

describe("a path that lacks its slash", () => {
  it("is redirected to the one that has it, by default", async () => {
    const ask = site(undefined);
    expect(await ask("GET", "/with/a")).toBe("301 /with/a/");
    expect(await ask("HEAD", "/with/a")).toBe("301 /with/a/");
    expect(await ask("GET", "/with/a%2Fb?x=1&y=%20")).toBe("301 /with/a%2Fb/?x=1&y=%20");
    expect(await ask("GET", "/nowhere/at/all")).toBe(404);
    expect(await ask("GET", "/without/a/")).toBe(404);
  });

  it("is redirected so that method and body stay", async () => {
    expect(await site("append")("POST", "/with/a")).toBe("308 /with/a/");
  });

  it("never leads to another host", async () => {
    const application = createApplication({ routes: [http("/:rest<path>/", Page)] });
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[/\\a-z.@:]{1,12}$/), async (tail) => {
        const path = `/${tail}x`;
        const response = await new HttpCommunicator(application, "GET", path).response();
        const location = response.header("location") ?? "";
        expect(response.status).toBe(301);
        expect(new URL(location, "http://site.example").host).toBe("site.example");
      }),
    );
  });

  it("is 404 for a socket, which nobody would redirect", async () => {
    const application = createApplication({ routes });
    expect(await new WebSocketCommunicator(application, "/ws").connect()).toMatchObject({ status: 404 });
  });
});

describe("the policy for slashes", () => {
  it("may remove them", async () => {
    const ask = site("remove");
    expect(await ask("GET", "/without/a/?x=1")).toBe("301 /without/a?x=1");
    expect(await ask("POST", "/without/a/")).toBe("308 /without/a");
    expect(await ask("GET", "/with/a")).toBe(404);
    expect(await ask("GET", "/")).toBe(200);
  });

  it("may take either form", async () => {
    const ask = site("either");
    for (const path of ["/with/a", "/with/a/", "/without/a", "/without/a/"]) {
      expect(await ask("GET", path)).toBe(200);
      expect(await ask("POST", path)).toBe(200);
    }
    const socket = new WebSocketCommunicator(createApplication({ routes, trailingSlash: "either" }), "/ws");
    expect(await socket.connect()).toMatchObject({ accepted: true });
  });

  it("may be strict", async () => {
    const ask = site("strict");
    for (const path of ["/with/a", "/without/a/"]) expect(await ask("GET", path)).toBe(404);
  });
});
