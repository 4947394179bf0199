import { channelLayers } from "./channel-layers.js";
import { GroupParamInvalid } from "./errors.js";
import { encodeGroupName } from "./group-name.js";
import type { Carried, GroupArguments } from "./group-types.js";
import type { ChannelLayer } from "./layer.js";

/** Where a group is, whatever it carries. */
export interface GroupAddress {
  /** Its name on the layer: valid whatever the parameters hold. */
  readonly name: string;
  /** Its name for people, such as `room/lobby`. For logs. */
  readonly label: string;
  /** The layer it lives on. Throws `LayerNotConfigured`. */
  readonly layer: ChannelLayer;
}

/** One group that carries the messages `M`. */
export interface GroupRef<M> extends GroupAddress {
  /** Sends a message to every member. Rejects as `ChannelLayer.groupSend` does. */
  send<T extends keyof M & string>(type: T, payload: M[T] & { readonly type?: never }): Promise<void>;
  /** The same group on another layer, given itself or by its alias. */
  using(layer: ChannelLayer | string): GroupRef<M>;
}

/** Names one group of a family: `room({ slug: "lobby" })`. Throws `GroupParamInvalid`. */
export interface GroupFactory<Pattern extends string, M> {
  (...params: GroupArguments<Pattern>): GroupRef<M>;
  readonly pattern: Pattern;
}

/** What a receiver gets for messages of type `T` of a group: the payload and its type. */
export type Payload<Factory, T extends string> = Factory extends (...params: never[]) => GroupRef<infer M>
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
 * The pattern is written as in a route: `:name` and `:name<int>`, each a whole segment. Any text may be a value.
 */
export function group<const Pattern extends string>(
  pattern: Pattern,
): { carries<M extends Carried<M>>(): GroupFactory<Pattern, M> } {
  const segments = pattern.split("/").map(parseSegment);
  return {
    carries<M>(): GroupFactory<Pattern, M> {
      const make = (params: Readonly<Record<string, unknown>> = {}): GroupRef<M> => {
        const texts = segments.map((segment) =>
          typeof segment === "string" ? segment : text(pattern, segment, params),
        );
        return new NamedGroup<M>(encodeGroupName(texts), texts.join("/"), "default");
      };
      return Object.assign(make as (...params: GroupArguments<Pattern>) => GroupRef<M>, { pattern });
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

class NamedGroup<M> implements GroupRef<M> {
  readonly name: string;
  readonly label: string;
  readonly #layer: ChannelLayer | string;

  constructor(name: string, label: string, layer: ChannelLayer | string) {
    this.name = name;
    this.label = label;
    this.#layer = layer;
  }

  get layer(): ChannelLayer {
    return typeof this.#layer === "string" ? channelLayers.require(this.#layer) : this.#layer;
  }

  async send<T extends keyof M & string>(type: T, payload: M[T] & { readonly type?: never }): Promise<void> {
    return this.layer.groupSend(this.name, { ...(payload as object), type });
  }

  using(layer: ChannelLayer | string): GroupRef<M> {
    return new NamedGroup<M>(this.name, this.label, layer);
  }
}
