import * as zlib from "node:zlib";

/** A coding of response bodies (RFC 9110 §8.4.1). */
export type ContentCoding = "zstd" | "br" | "gzip";

/** What this version of Node.js can do, best first; zstd since 22.15. */
export const availableCodings: readonly ContentCoding[] = [
  ...("zstdCompress" in zlib ? (["zstd"] as const) : []),
  "br",
  "gzip",
];

/** Clients send the same few headers all the time; made-up ones must not fill the memory. */
const known = new Map<string, ContentCoding | undefined>();
const maxKnown = 200;

/**
 * The coding that a client likes best of those that are offered, by its `Accept-Encoding` (RFC 9110 §12.5.3): the
 * heaviest, and among equals the first on offer, since clients list theirs in no order. `undefined`: as it is.
 */
export function chooseCoding(
  header: string | undefined,
  offers: readonly ContentCoding[] = availableCodings,
): ContentCoding | undefined {
  if (header === undefined) return undefined;
  const key = offers === availableCodings ? header : `${offers.join()} ${header}`;
  if (known.has(key)) return known.get(key);
  const chosen = choose(header, offers);
  if (known.size >= maxKnown) known.clear();
  known.set(key, chosen);
  return chosen;
}

function choose(header: string, offers: readonly ContentCoding[]): ContentCoding | undefined {
  const weights = readWeights(header);
  const any = weights.get("*");
  let chosen: ContentCoding | undefined;
  // Who weighs no coding at all in words gets it where another is worth less.
  let best = weights.get("identity") ?? 0;
  for (const offer of offers) {
    const weight = weights.get(offer) ?? any ?? 0;
    if (weight > 0 && (chosen === undefined ? weight >= best : weight > best)) {
      chosen = offer;
      best = weight;
    }
  }
  return chosen;
}

function readWeights(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const item of header.toLowerCase().split(",")) {
    const match = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/.exec(item);
    if (match === null) continue;
    const [, name = "", weight = "1"] = match;
    weights.set(name === "x-gzip" ? "gzip" : name, Number(weight));
  }
  return weights;
}
