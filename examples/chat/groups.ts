import { group, type Payload } from "hotclub/layers";

/** Everybody who has a room open. Who loses the line for a while gets what was said when it is back. */
export const room = group("room/:slug", { history: { messages: 200, seconds: 600 } }).carries<
  {
    "chat.message": {
      id: number;
      author: string;
      isMember: boolean;
      avatar: string;
      text: string;
      sentAt: string;
      linkTitle: string;
    };
    "chat.link": { message: number; title: string };
    "chat.typing": { visitor: string; name: string };
  },
  { name: string }
>();

export type RoomMessage<Type extends Parameters<ReturnType<typeof room>["send"]>[0]> = Payload<typeof room, Type>;
