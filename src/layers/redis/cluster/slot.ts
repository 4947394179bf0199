import { hashTag } from "../hash-tag.js";

/** How many slots a cluster has, always. */
export const slotCount = 16_384;

/** The remainders of CRC-16/XMODEM, polynomial x^16 + x^12 + x^5 + 1. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** The slot of an ASCII key (Redis Cluster specification, "Key distribution model"). */
export function slotOf(key: string): number {
  const tag = hashTag(key);
  let crc = 0;
  for (let i = 0; i < tag.length; i++) {
    crc = ((crc << 8) & 0xffff) ^ (table[((crc >> 8) ^ tag.charCodeAt(i)) & 0xff] ?? 0);
  }
  return crc % slotCount;
}
