/** The address that uWebSockets.js gives as bytes of text: IPv6 in full groups, which Node's URL parser shortens. */
export function addressText(address: ArrayBuffer | undefined): string {
  if (address === undefined) return "";
  const text = Buffer.from(address).toString("latin1");
  if (!text.includes(":")) return text;
  const short = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [, high = "0", low = "0"] = mapped;
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
