import { connect } from "hotclub/client";
import { action, WebSocketConsumer } from "hotclub/consumers";
import { group, type Payload } from "hotclub/layers";
import { z } from "zod";

const room = group("room/:slug").carries<{ "chat.message": { id: number; text: string } }>();

class Chat extends WebSocketConsumer {
  actions = {
    post: action(z.object({ text: z.string(), at: z.coerce.date() }), this.post),
    quit: action(z.object({}), this.quit),
  };
  async post(_data: { text: string; at: Date }) {
    return { id: 1, sentAt: new Date() };
  }
  quit() {}
  "chat.message"(message: Payload<typeof room, "chat.message">) {
    return this.sendJson(message);
  }
}

const chat = connect<Chat>("/ws/");
chat.on("chat.message", ({ id, text }) => {
  const number: number = id;
  const string: string = text;
  return [number, string];
});
// @ts-expect-error there is no such message
chat.on("chat.other", () => {});
// @ts-expect-error messages of the protocol stay on the server
chat.on("websocket.connect", () => {});
chat.on("chat.message", (message) => {
  // @ts-expect-error the message has no author
  return message.author;
});

const reply = await chat.ask("post", { text: "hello", at: "2026-11-20" });
const id: number = reply.id;
// A date arrives as a text.
const sentAt: string = reply.sentAt;
chat.tell("quit", {});
// @ts-expect-error there is no such action
chat.tell("dance", {});
// @ts-expect-error a text is missing
chat.tell("post", {});
// @ts-expect-error the text is a number
await chat.ask("post", { text: 1, at: "" });

// Without a type, everything goes.
const untyped = connect("/ws/");
untyped.tell("anything", { a: 1 });
void [id, sentAt];

class Telling extends WebSocketConsumer {
  declare readonly clientMessages: { "news.flash": { headline: string } };
}
connect<Telling>("/ws/").on("news.flash", ({ headline }) => headline.length);
