import type { HttpResponse } from "uWebSockets.js";

import type { HeaderLine } from "../../core/index.js";
import { HeadPiece } from "../head-piece.js";
import { isRepeated, isServerHeader } from "../response-headers.js";

/**
 * Writes headers that were checked, without those that are the server's. What is known to come together goes in one
 * call, as the first header with a value that the others stand in: the library writes what it is given, and no header
 * that was checked has a line break of its own.
 */
export function writeHeaders(response: HttpResponse, headers: readonly HeaderLine[]): void {
  const { root } = HeadPiece;
  let piece = root;
  for (const line of headers) {
    const name = line[0];
    const value = line[1];
    if (isServerHeader(name)) continue;
    const next = piece.followedBy(name, value) ?? (isWorthLearning(name, value) ? piece.learn(name, value) : undefined);
    if (next !== undefined) {
      piece = next;
    } else {
      if (piece !== root) response.writeHeader(piece.first, piece.rest);
      response.writeHeader(name, value);
      piece = root;
    }
  }
  if (piece !== root) response.writeHeader(piece.first, piece.rest);
}

/** Cookies are for one visitor. */
function isWorthLearning(name: string, value: string): boolean {
  return isRepeated(name, value) && name.toLowerCase() !== "set-cookie";
}
