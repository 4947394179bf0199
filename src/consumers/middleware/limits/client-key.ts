import type { HttpScope, WebSocketScope } from "../../../core/index.js";

/**
 * What stands for a client where nothing better is known: its address, and of an IPv6 address the network, for one
 * client has a whole /64 of them (RFC 4291 §2.5.4).
 */
export function clientKey({ client: { host } }: HttpScope | WebSocketScope): string {
  if (!host.includes(":")) return host;
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host) ?? [];
  return mapped ?? network64(host);
}

function network64(host: string): string {
  const [head = "", tail] = host.toLowerCase().split("%", 1).join("").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = [...left, ...middle, ...right].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":")}::/64`;
}
