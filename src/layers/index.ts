/**
 * Carries messages between consumers, in one process or in many: point to point over channels, one to many over groups.
 * Its three main names are `group`, `ChannelLayer` and `openChannelLayer`.
 *
 * ```ts
 * channelLayers.set("default", await openChannelLayer(settings.redisUrl)); // null: the memory layer
 *
 * export const room = group("room/:slug").carries<{ "chat.message": { text: string } }>();
 * const layer = channelLayers.require();
 * const channel = layer.newChannel();
 * await layer.subscribe(channel, (message) => console.log(message));
 * await layer.groupAdd(room({ slug: "lobby" }).name, channel);
 * await room({ slug: "lobby" }).send("chat.message", { text: "hello" });
 * ```
 */
export type { CapacityPattern } from "./capacity.js";
export { channelLayers, ChannelLayers, getChannelLayer } from "./channel-layers.js";
export {
  ChannelFull,
  ChannelNotLocal,
  GroupParamInvalid,
  InvalidName,
  LayerClosed,
  LayerNotConfigured,
  LayerOptionInvalid,
  LayerUnavailable,
  MessageInvalid,
  MessageTooLarge,
} from "./errors.js";
export {
  group,
  type GroupAddress,
  type GroupFactory,
  type GroupOptions,
  type GroupRef,
  type Payload,
  type SendOptions,
} from "./group.js";
export type { Carried, GroupParams, Portable, TypeProblem } from "./group-types.js";
export type { GroupPosition, MessagePosition } from "./history/group-position.js";
export type { HistoryLimits } from "./history/history-limits.js";
export type { HistoryPage, Publication } from "./history/history-page.js";
export type { GroupJoined, GroupMissed } from "./history/join-messages.js";
export type { ChannelLayer, Deliver, GroupAddOptions, GroupJoin, GroupSendOptions, Unsubscribe } from "./layer.js";
export { layer } from "./default-layer.js";
export type { LayerDrop, LayerStateChange } from "./diagnostics.js";
export type { LayerReport, ProcessReport } from "./layer-report.js";
export type { LayerCounters } from "./layer-counters.js";
export type { LayerOptions } from "./layer-options.js";
export type { LayerDisconnected, LayerRestored, LayerState, LayerStateListener } from "./layer-state.js";
export { MemoryChannelLayer } from "./memory/memory-channel-layer.js";
export { openChannelLayer } from "./open-channel-layer.js";
export { packPlain, unpackPlain } from "./message-codec.js";
export { presence, type Person, type Presence } from "./presence/presence.js";
export type { PresenceChanged, PresenceEntry, PresenceMeta, PresenceOptions } from "./presence/presence-entry.js";
export { openClusterClient, openRedisConnection } from "./open-redis-connection.js";
export { parseRedisUrl, type RedisNode, type RedisTarget } from "./redis/redis-url.js";
export type { RedisConnection } from "./redis/redis-connection.js";
export type { RedisLayerOptions } from "./redis/redis-options.js";
