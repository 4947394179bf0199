import { InvalidName } from "./errors.js";

const namePattern = /^[A-Za-z0-9._-]{1,99}$/;
const channelPattern = /^(?=.{1,99}$)[A-Za-z0-9._-]+(?:![A-Za-z0-9._-]+)?$/;

/** Throws `InvalidName` unless `name` may name a channel. */
export function requireChannelName(name: string): void {
  if (typeof name !== "string" || !channelPattern.test(name)) throw new InvalidName({ kind: "channel", name });
}

/** Throws `InvalidName` unless `name` may name a group. */
export function requireGroupName(name: string): void {
  if (typeof name !== "string" || !namePattern.test(name)) throw new InvalidName({ kind: "group", name });
}

/** Throws `InvalidName` unless `prefix` leaves room for the rest of a channel's name. */
export function requireChannelPrefix(prefix: string): void {
  if (!/^[A-Za-z0-9._-]{1,60}$/.test(prefix)) throw new InvalidName({ kind: "channel prefix", name: prefix });
}

/** Throws `InvalidName` unless `prefix` may begin the keys of a broker. */
export function requireKeyPrefix(prefix: string): void {
  if (!namePattern.test(prefix)) throw new InvalidName({ kind: "key prefix", name: prefix });
}

/**
 * The process that owns `channel`: what stands between the last `.` and the `!` of its name. `undefined` for a named
 * channel, which any process may receive from.
 */
export function channelOwner(channel: string): string | undefined {
  const mark = channel.indexOf("!");
  return mark < 0 ? undefined : channel.slice(channel.lastIndexOf(".", mark) + 1, mark);
}
