import type { Message } from "../../core/index.js";

/** Whether a response is complete with this message. */
export function isLast({ type, moreBody }: Message): boolean {
  return type === "http.response" || (type === "http.response.body" && moreBody !== true);
}
