import {
  action,
  createReverse,
  http,
  HttpConsumer,
  include,
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
