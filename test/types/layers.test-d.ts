import { group, type ChannelLayer, type GroupAddress, type GroupRef, type Payload } from "hotclub/layers";

interface RoomMessages {
  "chat.message": { id: number; author: string; tags: readonly string[]; at: Date };
  "chat.typing": { author: string };
}
export const room = group("room/:slug/:page<int>").carries<RoomMessages>();
export const lobby = group("lobby").carries<{ "lobby.opened": {} }>();

const message = { id: 1, author: "django", tags: ["swing"], at: new Date() };
await room({ slug: "x", page: 1 }).send("chat.message", message);
await lobby().send("lobby.opened", {});
export const address: GroupAddress = room({ slug: "x", page: 1 });
export const sameMessages: GroupRef<RoomMessages> = room({ slug: "x", page: 1 }).using("other");

export function handle(message: Payload<typeof room, "chat.message">): string {
  const type: "chat.message" = message.type;
  // @ts-expect-error what arrives is shared with other receivers
  message.author = "me";
  return type + message.author + message.at.toISOString();
}

// @ts-expect-error a wrong parameter
room({ slag: "x", page: 1 });
// @ts-expect-error a parameter of the wrong type
room({ slug: "x", page: "1" });
// @ts-expect-error a missing parameter
room();
// @ts-expect-error a message that the group does not carry
await room({ slug: "x", page: 1 }).send("chat.gone", {});
// @ts-expect-error a payload of the wrong type
await room({ slug: "x", page: 1 }).send("chat.typing", { author: 7 });
// @ts-expect-error a payload that lacks a field
await room({ slug: "x", page: 1 }).send("chat.typing", {});
// @ts-expect-error the payload's own type would be overwritten
await room({ slug: "x", page: 1 }).send("chat.typing", { author: "x", type: "chat.message" });
// @ts-expect-error a message type without a dot
group("x").carries<{ message: { text: string } }>();
// @ts-expect-error a protocol's message type
group("x").carries<{ "websocket.receive": { text: string } }>();
// @ts-expect-error a function cannot travel
group("x").carries<{ "chat.message": { reply: () => void } }>();
// @ts-expect-error nor can what holds one, such as an object of a class
group("x").carries<{ "chat.message": { members: Map<string, string> } }>();

export function sendAnything(layer: ChannelLayer): Promise<void> {
  // @ts-expect-error a message has a type
  void layer.send("channel", { text: "hello" });
  return layer.send("channel", { type: "chat.message", text: "hello" });
}
