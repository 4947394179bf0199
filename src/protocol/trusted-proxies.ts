import { BlockList, isIP } from "node:net";

import type { ClientAddress } from "../core/index.js";
import { ListenOptionInvalid } from "./errors.js";

/** Who may speak for others in `X-Forwarded-*` headers. */
export class TrustedProxies {
  readonly #networks = new BlockList();
  #trustsUnix = false;

  /** `proxies` as in `ListenOptions.trustedProxies`. Throws `ListenOptionInvalid`. */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) this.#add(proxy);
  }

  #add(proxy: string): void {
    if (proxy === "unix") {
      this.#trustsUnix = true;
    } else if (proxy === "loopback") {
      this.#networks.addSubnet("127.0.0.0", 8, "ipv4");
      this.#networks.addAddress("::1", "ipv6");
    } else {
      const [address = "", bits, ...rest] = proxy.split("/");
      const version = isIP(address);
      const width = version === 4 ? 32 : 128;
      const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
      if (version === 0 || rest.length > 0 || !(prefix <= width)) {
        const expected = "an address, a network such as 10.0.0.0/8, loopback or unix";
        throw new ListenOptionInvalid({ option: "trustedProxies", value: proxy, expected });
      }
      this.#networks.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
    }
  }

  /** Whether the peer with this address is one of them; an empty address is the other end of a Unix socket. */
  trusts(address: string): boolean {
    if (address === "") return this.#trustsUnix;
    const version = isIP(address);
    return version !== 0 && this.#networks.check(address, version === 4 ? "ipv4" : "ipv6");
  }

  /**
   * The client for whom a trusted peer speaks: the last address of `X-Forwarded-For` that is not itself a trusted
   * proxy, since everything before it may be made up by the client. `peer` when the header says nothing usable.
   */
  clientOf(peer: ClientAddress, forwardedFor: readonly string[]): ClientAddress {
    const hops = forwardedFor.join(",").split(",");
    let client = peer;
    for (const hop of hops.toReversed()) {
      const address = parseHop(hop.trim());
      if (address === undefined) return client;
      client = address;
      if (!this.trusts(address.host)) return client;
    }
    return client;
  }
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`; `undefined` for anything else. */
function parseHop(hop: string): ClientAddress | undefined {
  const match = /^(?:\[([\da-fA-F:.]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(hop);
  const host = match?.[1] ?? match?.[2] ?? hop;
  return isIP(host) === 0 ? undefined : { host, port: Number(match?.[3] ?? 0) };
}
