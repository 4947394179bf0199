import { packPlain, unpackPlain } from "../layers/index.js";

/** How values become bytes and come back. */
export interface CacheCodec<T> {
  encode(value: T): Uint8Array;
  /** May throw for bytes of another time: they count as not there. */
  decode(bytes: Uint8Array): T;
}

const digits = /^-?(?:0|[1-9]\d{0,15})$/;

/**
 * Plain data as msgpack, which keeps dates and bytes as such; whole numbers in digits, so that they can be counted on where
 * they are. No msgpack of anything else is digits alone: such a byte at its beginning is a whole number.
 */
export const plainCodec: CacheCodec<unknown> = {
  encode(value) {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? Buffer.from(String(value)) : packPlain(value);
  },
  decode(bytes) {
    const text = bytes.length <= 17 ? Buffer.from(bytes).toString("latin1") : "";
    return digits.test(text) ? Number(text) : unpackPlain(bytes);
  },
};

/** The number that an engine keeps in digits; `undefined` for what is none. */
export function numberIn(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes).toString("latin1");
  if (!digits.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}
