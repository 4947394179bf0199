import { isIPv4, isIPv6 } from "node:net";

import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.ipAddress`. */
export interface IpAddressOptions extends FieldOptions<string> {
  /** Which addresses are allowed. Default both. */
  readonly protocol?: "both" | "IPv4" | "IPv6";
  /** Keep `::ffff:192.0.2.1` as `192.0.2.1`. Default false. */
  readonly unpackIpv4?: boolean;
}

/** An address of IPv4 or IPv6, in its shortest form. */
export class IpAddressField extends Field<string> {
  readonly typeName = "ipAddress";
  readonly lookupKind = "ipAddress";
  readonly columnType = { kind: "ipAddress" } as const;
  readonly #protocol: "both" | "IPv4" | "IPv6";
  readonly #unpacksIpv4: boolean;

  constructor(options: IpAddressOptions = {}) {
    super(options);
    this.#protocol = options.protocol ?? "both";
    this.#unpacksIpv4 = options.unpackIpv4 === true;
  }

  override toValue(value: unknown): string {
    const text = typeof value === "string" ? value.trim() : "";
    const address = isIPv6(text) && !text.includes("%") ? shortest(text, this.#unpacksIpv4) : text;
    const isAllowed = (isIPv4(address) && this.#protocol !== "IPv6") || (isIPv6(address) && this.#protocol !== "IPv4");
    if (isAllowed && !address.includes("%")) return address;
    return refuse("invalid", `is not an ${this.#protocol === "both" ? "IP" : this.#protocol} address: ${show(value)}`);
  }
}

/** An IPv6 address as RFC 5952 writes it; one that stands for an IPv4 address ends in that. */
function shortest(text: string, unpacksIpv4: boolean): string {
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped === null) return address;
  const [high, low] = [Number.parseInt(mapped[1] ?? "", 16), Number.parseInt(mapped[2] ?? "", 16)];
  const ipv4 = `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  return unpacksIpv4 ? ipv4 : `::ffff:${ipv4}`;
}
