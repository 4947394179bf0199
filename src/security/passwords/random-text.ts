import { randomInt } from "node:crypto";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Text of `length` letters and digits from the system's secure source; 22 of them hold 131 bits. */
export function randomText(length: number, alphabet = letters): string {
  let text = "";
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)] ?? "";
  return text;
}
