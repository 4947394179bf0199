import type { ChannelScope } from "../core/index.js";
import { Consumer } from "./consumer.js";

/** Handles the messages of a named channel, in a worker; its handlers are methods named by the messages' types. */
export abstract class ChannelConsumer extends Consumer<ChannelScope> {}
