import type { Message, MessageValue } from "../../core/index.js";
import { LayerOptionInvalid, MessageTooLarge } from "../errors.js";
import { copyMessage } from "../message-copy.js";

/** Everybody gets everybody's. */
const maxMetaBytes = 8192;

/** What others see of somebody who is present: plain data, such as a name. Sent to every member. */
export type PresenceMeta = { readonly [key: string]: MessageValue | undefined };

/** How a channel is shown as present. */
export interface PresenceOptions<Meta = PresenceMeta> {
  readonly meta: Meta;
  /** Who it is, whatever the number of her devices: a user's id. Default: each channel is somebody of its own. */
  readonly person?: string;
}

/** One device that is present. */
export interface PresenceEntry<Meta = PresenceMeta> {
  /** The name of its channel: `layer.send` reaches it alone. */
  readonly device: string;
  readonly person: string;
  readonly meta: Meta;
  /** Since when, in milliseconds of the layer's clock since 1970. */
  readonly since: number;
}

/**
 * Delivered to everybody who is present: who has come and who has gone. What happens in a short time is put together.
 * Somebody whose `meta` changes is among those who joined, and not among those who left.
 */
export interface PresenceChanged<Meta = PresenceMeta> extends Message {
  readonly type: "presence.changed";
  readonly group: string;
  readonly joined: readonly PresenceEntry<Meta>[];
  readonly left: readonly PresenceEntry<Meta>[];
  /** People whose first device joined. */
  readonly arrived: readonly string[];
  /** People whose last device left. */
  readonly gone: readonly string[];
  /** Whether `joined` is everybody, and whoever is not in it is not there. So it is at the beginning. */
  readonly isWhole: boolean;
}

/** What is kept of how `channel` is present. Throws `MessageInvalid`, `MessageTooLarge` and `LayerOptionInvalid`. */
export function copyPresence(options: PresenceOptions, channel: string): Pick<PresenceEntry, "person" | "meta"> {
  const { meta, person = channel } = options;
  if (typeof person !== "string" || person === "" || person.length > 200) {
    throw new LayerOptionInvalid({ option: "presence.person", problem: "must be a text of 1 to 200 characters" });
  }
  const { message, atMostBytes } = copyMessage({ type: "present", meta });
  if (atMostBytes > maxMetaBytes * 3) {
    throw new MessageTooLarge({ type: "presence", bytes: atMostBytes, maxBytes: maxMetaBytes });
  }
  return Object.freeze({ person, meta: message["meta"] as PresenceMeta });
}
