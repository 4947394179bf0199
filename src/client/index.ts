/**
 * The other end of a socket, for browsers and for Node: comes back by itself when the line is lost, and is typed by
 * the server's consumer. Its three main names are `connect`, `Client` and `ActionError`.
 *
 * ```ts
 * import { connect } from "hotclub/client";
 * import type { ChatConsumer } from "./consumers.js";
 *
 * const chat = connect<ChatConsumer>("/ws/rooms/lobby/");
 * chat.on("chat.message", ({ author, text }) => show(author, text));
 * const { id } = await chat.ask("post", { text: "hello" });
 * ```
 */
export type { Backoff } from "./backoff.js";
export { connect, type AskOptions, type Client, type ConnectOptions, type State } from "./connect.js";
export type { ActionData, ActionName, ActionReply, ClientMessages, Json } from "./consumer-shape.js";
export type { Joined } from "./positions.js";
export type { Person, Presence } from "./presence.js";
export { ActionError } from "./errors.js";
export type { SocketConstructor, SocketLike } from "./socket-like.js";
