import { group, type Payload } from "hotclub/layers";

/** Everybody who has a room open. */
export const room = group("room/:slug").carries<{
  "chat.message": { id: number; author: string; text: string; sentAt: string; linkTitle: string };
  "chat.link": { message: number; title: string };
  "chat.typing": { visitor: string; name: string };
  /** Somebody is here; `channel` is there when she has just come and wants to know who else is. */
  "chat.here": { visitor: string; name: string; channel?: string };
  "chat.left": { visitor: string };
}>();

export type RoomMessage<Type extends Parameters<ReturnType<typeof room>["send"]>[0]> = Payload<typeof room, Type>;
