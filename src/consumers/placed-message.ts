import type { Message } from "../core/index.js";
import type { MessagePosition } from "../layers/index.js";

/**
 * The key under which a message of a group with history says its place: the group's name and the offset. It goes to the
 * client with the message, which says it again when it comes back (`hotclub/client` does).
 */
export const placeKey = "@";

/** A group's name and an offset in its history. */
export type Place = readonly [group: string, offset: number];

let lastMessage: Message | undefined;
let lastPlaced: Message | undefined;

/** The message with its place. The members of a group get the same object, so that its JSON is made once. */
export function placedMessage(message: Message, { group, offset }: MessagePosition): Message {
  if (message === lastMessage && lastPlaced !== undefined) return lastPlaced;
  lastMessage = message;
  lastPlaced = Object.freeze({ ...message, [placeKey]: Object.freeze([group, offset] as const) });
  return lastPlaced;
}

/** The place of a message, if it has one. */
export function placeOf(message: Message): Place | undefined {
  return message[placeKey] as Place | undefined;
}

/** JSON with the place in it, where it is that of an object which says none. */
export function withPlace(json: string, place: Place): string {
  if (!json.endsWith("}") || json.includes(`"${placeKey}":`)) return json;
  const separator = json.length === 2 ? "" : ",";
  return `${json.slice(0, -1)}${separator}"${placeKey}":${JSON.stringify(place)}}`;
}
