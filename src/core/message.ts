/**
 * A value that survives the trip through a channel layer: what msgpack can write and read back unchanged.
 * `undefined` is allowed where a key may be missing and is dropped on the way; dates travel as dates.
 */
export type MessageValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | Uint8Array
  | readonly MessageValue[]
  | { readonly [key: string]: MessageValue };

/**
 * What happens, as plain data. `type` is dotted lower case: `http.request`, `websocket.receive`, `task.run`,
 * or the user's own `chat.message` (ASGI, "Events": every event is a map with a string `type`).
 */
export interface Message {
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * Gives a message to the other side of the connection.
 *
 * Returns nothing when the message was taken at once, and a promise only where the other side is behind: await it
 * to go at the receiver's pace. The promise never rejects for a receiver that has gone; such messages are dropped
 * (ASGI A8). Throws synchronously for a message the protocol does not know or whose fields are wrong (ASGI A6).
 */
export type Send = (message: Message) => void | Promise<void>;

/** Type prefixes of messages that only a protocol server or a worker may deliver, never the channel layer. */
const reservedNamespaces = new Set(["http", "websocket", "task", "lifespan"]);

/**
 * Whether `type` belongs to a protocol, such as `http.request` or `websocket.connect`. Messages from a channel layer
 * may not carry such a type: user input that reaches `type` must not be able to play the protocol server.
 */
export function isProtocolType(type: string): boolean {
  const dot = type.indexOf(".");
  return reservedNamespaces.has(dot < 0 ? type : type.slice(0, dot));
}
