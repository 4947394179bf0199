import type { Scope } from "../../core/index.js";
import type { ChannelLayer } from "../../layers/index.js";
import { topicsExtension, type WebSocketTopics } from "../../protocol/index.js";
import type { ConsumerChannel, Logging } from "../consumer-channel.js";
import { LayerChannel, type Receiver } from "../layer-channel.js";
import type { Forwarding } from "./forwarding.js";
import { RelayedChannel } from "./relayed-channel.js";

/** The topics of a socket's server; `undefined` where it has none, and for what is no socket. */
export function topicsOf(scope: Scope): WebSocketTopics | undefined {
  return scope.type === "websocket" ? (scope.extensions[topicsExtension] as WebSocketTopics | undefined) : undefined;
}

/** The channel of a consumer on a layer: with relays where it only passes on some messages and its server has topics. */
export function openConsumerChannel(
  layer: ChannelLayer,
  receiver: Receiver,
  owner: Logging,
  topics: WebSocketTopics | undefined,
  forwarding: Forwarding,
): ConsumerChannel {
  if (forwarding.types.size === 0 || topics === undefined) {
    return new LayerChannel(layer, receiver, owner, forwarding.tellsState);
  }
  return new RelayedChannel(layer, receiver, owner, topics, forwarding);
}
