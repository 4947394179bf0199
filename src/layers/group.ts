import { channelLayers } from "./channel-layers.js";
import { GroupParamInvalid } from "./errors.js";
import { encodeGroupName } from "./group-name.js";
import type { Carried, GroupArguments } from "./group-types.js";
import type { GroupPosition } from "./history/group-position.js";
import { type HistoryLimits, resolveHistory } from "./history/history-limits.js";
import type { ChannelLayer } from "./layer.js";
import type { PresenceMeta } from "./presence/presence-entry.js";

/** Where a group is, whatever it carries. */
export interface GroupAddress {
  /** Its name on the layer: valid whatever the parameters hold. */
  readonly name: string;
  /** Its name for people, such as `room/lobby`. For logs. */
  readonly label: string;
  /** The layer it lives on. Throws `LayerNotConfigured`. */
  readonly layer: ChannelLayer;
  /** How much of its messages it keeps; `undefined` where it keeps none. */
  readonly history: HistoryLimits | undefined;
}

/** What a family of groups is like, beside its messages. */
export interface GroupOptions {
  /** Keep messages for members that were away. `true`: the newest 100 of the last five minutes. Default false. */
  readonly history?: HistoryLimits | boolean;
}

/** How a message is sent. */
export interface SendOptions {
  /** See `GroupSendOptions`. */
  readonly idempotencyKey?: string;
  /** `false` keeps this message out of the group's history: it is for those who are there now. */
  readonly history?: false;
}

/** One group that carries the messages `M`. */
export interface GroupRef<M, Meta = PresenceMeta> extends GroupAddress {
  /**
   * Sends a message to every member. Resolves with its place in the group's history, where it keeps one. Rejects as
   * `ChannelLayer.groupSend` does.
   */
  send<T extends keyof M & string>(
    type: T,
    payload: M[T] & { readonly type?: never },
    options?: SendOptions,
  ): Promise<GroupPosition | undefined>;
  /** The same group on another layer, given itself or by its alias. */
  using(layer: ChannelLayer | string): GroupRef<M, Meta>;
  /** Only for the compiler: what members show of themselves. */
  readonly "~meta"?: Meta;
}

/** Names one group of a family: `room({ slug: "lobby" })`. Throws `GroupParamInvalid`. */
export interface GroupFactory<Pattern extends string, M, Meta = PresenceMeta> {
  (...params: GroupArguments<Pattern>): GroupRef<M, Meta>;
  readonly pattern: Pattern;
}

/** What a receiver gets for messages of type `T` of a group: the payload and its type. */
export type Payload<Factory, T extends string> = Factory extends (...params: never[]) => GroupRef<infer M, infer _Meta>
  ? T extends keyof M
    ? Readonly<M[T]> & { readonly type: T }
    : never
  : never;

/**
 * Declares a family of groups and what they carry:
 *
 * ```ts
 * export const room = group("room/:slug").carries<{ "chat.message": { author: string; text: string } }>();
 * await room({ slug: "lobby" }).send("chat.message", { author: "django", text: "hello" });
 * ```
 *
 * The pattern is written as in a route: `:name` and `:name<int>`, each a whole segment. Any text may be a value. The
 * second type of `carries` is what those who are present show of themselves: `carries<Messages, { name: string }>()`.
 */
export function group<const Pattern extends string>(
  pattern: Pattern,
  { history = false }: GroupOptions = {},
): { carries<M extends Carried<M>, Meta extends PresenceMeta = PresenceMeta>(): GroupFactory<Pattern, M, Meta> } {
  const segments = pattern.split("/").map(parseSegment);
  const limits = history === true ? {} : history === false ? undefined : history;
  if (limits !== undefined) resolveHistory(limits);
  return {
    carries<M, Meta extends PresenceMeta>(): GroupFactory<Pattern, M, Meta> {
      const make = (params: Readonly<Record<string, unknown>> = {}): GroupRef<M, Meta> => {
        const texts = segments.map((segment) =>
          typeof segment === "string" ? segment : text(pattern, segment, params),
        );
        return new NamedGroup<M, Meta>(encodeGroupName(texts), texts.join("/"), "default", limits);
      };
      return Object.assign(make as (...params: GroupArguments<Pattern>) => GroupRef<M, Meta>, { pattern });
    },
  };
}

interface Param {
  readonly name: string;
  readonly isInteger: boolean;
}

function parseSegment(segment: string): string | Param {
  const match = /^:([^<]+)(?:<(.*)>)?$/.exec(segment);
  return match === null ? segment : { name: match[1] ?? "", isInteger: match[2] === "int" };
}

function text(pattern: string, { name, isInteger }: Param, params: Readonly<Record<string, unknown>>): string {
  const value = Object.hasOwn(params, name) ? params[name] : undefined;
  if (isInteger ? Number.isSafeInteger(value) : typeof value === "string") return String(value);
  const expected = isInteger ? "a whole number" : "a text";
  throw new GroupParamInvalid({ pattern, param: name, problem: `must be ${expected}, is ${JSON.stringify(value)}` });
}

class NamedGroup<M, Meta> implements GroupRef<M, Meta> {
  readonly name: string;
  readonly label: string;
  readonly history: HistoryLimits | undefined;
  readonly #layer: ChannelLayer | string;

  constructor(name: string, label: string, layer: ChannelLayer | string, history: HistoryLimits | undefined) {
    this.name = name;
    this.label = label;
    this.history = history;
    this.#layer = layer;
  }

  get layer(): ChannelLayer {
    return typeof this.#layer === "string" ? channelLayers.require(this.#layer) : this.#layer;
  }

  async send<T extends keyof M & string>(
    type: T,
    payload: M[T] & { readonly type?: never },
    { idempotencyKey, history: isKept }: SendOptions = {},
  ): Promise<GroupPosition | undefined> {
    const message = { ...(payload as object), type };
    const history = isKept === false ? undefined : this.history;
    if (history === undefined && idempotencyKey === undefined) return this.layer.groupSend(this.name, message);
    return this.layer.groupSend(this.name, message, {
      ...(history && { history }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
  }

  using(layer: ChannelLayer | string): GroupRef<M, Meta> {
    return new NamedGroup<M, Meta>(this.name, this.label, layer, this.history);
  }
}
