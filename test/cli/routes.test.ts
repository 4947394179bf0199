import { describe, expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const project = `
  import { channel, ChannelConsumer, cors, defineProject, defineSettings, host, http, HttpConsumer, include, websocket, WebSocketConsumer } from ${JSON.stringify(builtIndex)};
  class Rooms extends HttpConsumer { get() { return this.text(""); } post() { return this.text(""); } }
  class Hook extends HttpConsumer { static exempt = ["csrf"]; post() { return this.text(""); } }
  class Chat extends WebSocketConsumer {}
  class Thumbnails extends ChannelConsumer {}
  function audit(next) { return next; }
  export default defineProject({
    name: "shown",
    settings: defineSettings(),
    middleware: [audit, cors({ origins: ["https://app.example.com"] })],
    routes: [
      include("/shop/", [http("/rooms/", Rooms, { name: "rooms", middleware: [audit] })], { namespace: "shop" }),
      host("hooks.example.com", [http("/:id<int>/", Hook)]),
      websocket("/ws/", Chat, { name: "socket" }),
      channel("thumbnails", Thumbnails),
    ],
  });
`;

async function routes(...args: string[]) {
  const command = new HotclubProcess(["routes", ...args], { directory: await scratch({ "project.ts": project }) });
  expect(await command.exited).toBe(0);
  return command.lines;
}

describe("hotclub routes", () => {
  it("prints a table, without the columns that nothing stands in", async () => {
    expect(await routes()).toEqual([
      "METHODS                HOST               PATH          NAME        CONSUMER    MIDDLEWARE  EXEMPT FROM",
      "GET POST HEAD OPTIONS                     /shop/rooms/  shop:rooms  Rooms       audit",
      "POST OPTIONS           hooks.example.com  /:id<int>/                Hook                    csrf",
      "WEBSOCKET                                 /ws/          socket      Chat",
      "CHANNEL                                   thumbnails                Thumbnails",
      "",
      "Around all of them, the first outermost: access-log, request-id, security-headers, compression, cors, " +
        "error-pages, allowed-hosts, websocket-origins, csrf, conditional-get, audit",
    ]);
  });

  it("prints JSON", async () => {
    const printed: unknown = JSON.parse((await routes("--json")).join("\n"));
    expect(printed).toHaveLength(4);
    expect(printed).toMatchObject([
      { kind: "http", methods: ["GET", "POST", "HEAD", "OPTIONS"], path: "/shop/rooms/", name: "shop:rooms" },
      { host: "hooks.example.com", exempt: ["csrf"], name: null },
      { kind: "websocket", methods: [] },
      { kind: "channel", path: "thumbnails" },
    ]);
  });
});
