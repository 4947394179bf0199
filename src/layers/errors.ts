import { defineError } from "../core/index.js";

const nameRule = 'must be 1 to 99 ASCII letters, digits, "-", "_" and "."';

/** A channel or group name breaks the rules (L17). */
export class InvalidName extends defineError({
  code: "LAYERS_INVALID_NAME",
  message: (p: { kind: "channel" | "group" | "channel prefix" | "key prefix"; name: unknown }) =>
    `${JSON.stringify(p.name)} cannot be a ${p.kind}: its name ${nameRule}` +
    `${p.kind === "channel" ? ', with one "!" inside if it belongs to a process' : ""}.` +
    (p.kind === "group" ? " For other names use group(), which encodes them." : ""),
}) {}

/** The channel holds as many unread messages as it may. */
export class ChannelFull extends defineError({
  code: "LAYERS_CHANNEL_FULL",
  message: (p: { channel: string; capacity: number }) =>
    `The channel ${p.channel} is full: ${p.capacity} messages wait in it. Its receiver is too slow or gone; send again later, or raise the capacity.`,
  status: 503,
  closeCode: 1013,
  temporary: true,
}) {}

/** A message cannot travel over a channel layer. `path` leads to the value, empty for the message as a whole. */
export class MessageInvalid extends defineError({
  code: "LAYERS_MESSAGE_INVALID",
  message: (p: { type: unknown; path: readonly (string | number)[]; problem: string }) =>
    `A message of type ${JSON.stringify(p.type)} cannot be sent: ${p.path.length === 0 ? "it" : p.path.join(".")} ${p.problem}.`,
}) {}

/** A message is over the layer's limit. */
export class MessageTooLarge extends defineError({
  code: "LAYERS_MESSAGE_TOO_LARGE",
  message: (p: { type: string; bytes: number; maxBytes: number }) =>
    `A message of type ${JSON.stringify(p.type)} has ${p.bytes} bytes, over the layer's limit of ${p.maxBytes}. Store it and send its id, or raise maxMessageBytes.`,
}) {}

/** The channel belongs to another process, or to none. */
export class ChannelNotLocal extends defineError({
  code: "LAYERS_CHANNEL_NOT_LOCAL",
  message: (p: { channel: string; action: "subscribe to" | "add to a group" }) =>
    `This process cannot ${p.action} the channel ${p.channel}: it was not made by newChannel() of this layer.`,
}) {}

/** The broker cannot be reached, or does not keep up. */
export class LayerUnavailable extends defineError({
  code: "LAYERS_UNAVAILABLE",
  message: (p: { broker: string; problem: string; remedy?: string }) =>
    `${p.broker} cannot carry messages now (${p.problem}). ${p.remedy ?? "Try again later."}`,
  status: 503,
  closeCode: 1013,
  temporary: true,
}) {}

/** The layer was closed. */
export class LayerClosed extends defineError({
  code: "LAYERS_CLOSED",
  message: () => "This channel layer was closed; it cannot be used any more.",
}) {}

/** No layer has this name. */
export class LayerNotConfigured extends defineError({
  code: "LAYERS_NOT_CONFIGURED",
  message: (p: { alias: string }) =>
    `There is no channel layer ${JSON.stringify(p.alias)}. Set one at start: channelLayers.set(${JSON.stringify(p.alias)}, layer).`,
}) {}

/** An option of a layer is wrong. */
export class LayerOptionInvalid extends defineError({
  code: "LAYERS_OPTION_INVALID",
  message: (p: { option: string; problem: string }) => `The channel layer's option ${p.option} ${p.problem}.`,
}) {}

/** A value does not fit a parameter of a group's pattern. */
export class GroupParamInvalid extends defineError({
  code: "LAYERS_GROUP_PARAM_INVALID",
  message: (p: { pattern: string; param: string; problem: string }) =>
    `The group ${JSON.stringify(p.pattern)} cannot be named: its parameter ${JSON.stringify(p.param)} ${p.problem}.`,
}) {}
