import {
  action,
  createApplication,
  createReverse,
  defineMiddleware,
  host,
  http,
  HttpConsumer,
  include,
  type Middleware,
  registerConverter,
  reverser,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { group, type Payload } from "hotclub/layers";
import { z } from "zod";

const room = group("room/:slug").carries<{ "chat.message": { text: string } }>();

class RoomPage extends HttpConsumer<{ slug: string }> {
  get() {
    const slug: string = this.params.slug;
    // @ts-expect-error the route captures no id
    void this.params.id;
    return this.text(slug);
  }
}

class Chat extends WebSocketConsumer<{ slug: string }> {
  actions = {
    post: action(z.object({ text: z.string() }), this.post),
    // @ts-expect-error the method wants a number, the schema gives a string
    wrong: action(z.object({ text: z.string() }), this.wrong),
  };
  override async connect() {
    await this.join(room({ slug: this.params.slug }));
  }
  post(_data: { text: string }) {}
  wrong(_data: { text: number }) {}
  "chat.message"(message: Payload<typeof room, "chat.message">) {
    const text: string = message.text;
    const type: "chat.message" = message.type;
    return this.sendText(text + type);
  }
}

class Deaf extends WebSocketConsumer {
  override async connect() {
    // @ts-expect-error a member of the group must handle chat.message
    await this.join(room({ slug: "lobby" }));
  }
}

class Wrong extends WebSocketConsumer {
  override async connect() {
    // @ts-expect-error its handler takes another message than the group carries
    await this.join(room({ slug: "lobby" }));
  }
  "chat.message"(_message: { text: number }) {}
}

http("/rooms/:slug/", RoomPage);
websocket("/ws/:slug/", Chat);
websocket("/ws/", Deaf);
websocket("/ws/", Wrong);
// @ts-expect-error the pattern does not capture slug
http("/rooms/:id/", RoomPage);
// @ts-expect-error slug is a number here
websocket("/ws/:slug<int>/", Chat);
// @ts-expect-error a socket's consumer does not serve requests
http("/ws/:slug/", Chat);
// @ts-expect-error a page does not serve sockets
websocket("/rooms/:slug/", RoomPage);

const routes = [
  http("/", RoomPage as unknown as new (...args: ConstructorParameters<typeof HttpConsumer>) => HttpConsumer, {
    name: "home",
  }),
  include("/shop/", [http("/:slug/", RoomPage, { name: "room" })]),
] as const;
const url = reverser(routes);
url("home");
url("room", { slug: "lobby" });
// @ts-expect-error there is no such name
url("hall");
// @ts-expect-error the room needs a slug
url("room");
// @ts-expect-error a slug is a text
url("room", { slug: 1 });
// @ts-expect-error the home page has no params
url("home", { slug: "x" });

createReverse(routes)("known only at run time", { any: 1 });

// Namespaces are part of the names.
const nested = [
  include("/staff/", [include("/people/", [http("/:slug/", RoomPage, { name: "one" })], { namespace: "people" })], {
    namespace: "admin",
  }),
  host(":tenant.example.com", (under) => [under.http("/:id<int>/", Ticket, { name: "ticket" })], {
    namespace: "tenant",
  }),
  include("/rooms/:slug/", (under) => [under.http("/", RoomPage), under.http("/files/", RoomPage, { name: "files" })]),
  http("/unnamed/:slug/", RoomPage),
] as const;
class Ticket extends HttpConsumer<{ tenant: string; id: number }> {}
const to = reverser(nested);
to("admin:people:one", { slug: "django" });
to("tenant:ticket", { tenant: "swing", id: 7 }, { origin: "https://example.com" });
to("files", { slug: "lobby" }, { query: { page: 2, tags: ["a", "b"] }, fragment: "top" });
url("home", {}, { query: { q: "swing" } });
// @ts-expect-error the namespace is missing
to("one", { slug: "django" });
// @ts-expect-error a namespace alone is no name
to("admin:people");
// @ts-expect-error the host has a parameter, too
to("tenant:ticket", { id: 7 });
// @ts-expect-error a query holds no objects
url("home", {}, { query: { q: { deep: 1 } } });

// The params of a prefix are there only where a function is given it.
// @ts-expect-error the host captures the tenant, the function http does not know it
host(":tenant.example.com", [http("/:id<int>/", Ticket)]);
// @ts-expect-error the prefix captures no slug
include("/rooms/:id/", (under) => [under.http("/", RoomPage)]);

// Converters must yield what was declared.
declare module "hotclub/core" {
  interface PathConverterTypes {
    year: number;
    odd: { readonly not: "plain" };
  }
}
registerConverter("year", { parse: Number, format: String });
// @ts-expect-error it was declared to be a number
registerConverter("year", { parse: (text) => text, format: String });
// @ts-expect-error nobody declared it
registerConverter("month", { parse: Number, format: String });
// @ts-expect-error a parameter must be plain data
registerConverter("odd", { parse: () => undefined, format: String });

// Middleware of a route must concern it.
const anything: Middleware = (next) => next;
const forSockets = defineMiddleware({ name: "s", scopes: ["websocket"] }, (next) => (scope, send) => {
  void scope.subprotocols;
  // @ts-expect-error a socket has no method
  void scope.method;
  return next(scope, send);
});
const forBoth = defineMiddleware({ name: "b", scopes: ["http", "websocket"] }, (next) => next);
http("/rooms/:slug/", RoomPage, { middleware: [anything, forBoth] });
// @ts-expect-error it would never do anything
http("/rooms/:slug/", RoomPage, { middleware: [forSockets] });
websocket("/ws/:slug/", Chat, { middleware: [forSockets, forBoth] });
include("/", [], { middleware: [forSockets, anything] });
const forTasks = defineMiddleware({ name: "t", scopes: ["task"] }, (next) => next);
// @ts-expect-error there are no tasks among routes
include("/", [], { middleware: [forTasks] });
createApplication({ routes: [], middleware: [forTasks, forSockets, forBoth, anything] });
