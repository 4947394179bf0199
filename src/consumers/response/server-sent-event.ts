import { EventInvalid } from "../errors.js";
import { jsonText } from "../json-text.js";

/** One event of an event stream (WHATWG HTML §9.2). */
export interface ServerSentEvent {
  /** What the client listens for; `message` where it is not given. One line. */
  readonly event?: string | undefined;
  /**
   * A text as it is, anything else as JSON. Line breaks arrive as `\n`. Default: the empty text; with neither `event` nor
   * `data` nothing happens at the client but that it takes note of `id` and `retry`.
   */
  readonly data?: unknown;
  /** What the client sends as `Last-Event-ID` when it comes back. One line; empty makes it forget. */
  readonly id?: string | undefined;
  /** How long the client waits before it comes back from now on, in milliseconds. */
  readonly retry?: number | undefined;
}

/** Keeps connections open that would be closed for silence; clients do not see it. */
export const keepAliveComment = ": keep-alive\n\n";

/** An event as it stands in the stream. Throws `EventInvalid` for what would break out of its line. */
export function encodeEvent({ event, data, id, retry }: ServerSentEvent): string {
  let text = "";
  if (event !== undefined) text += `event: ${line("event", event)}\n`;
  if (id !== undefined) text += `id: ${line("id", id)}\n`;
  if (retry !== undefined) text += `retry: ${milliseconds(retry)}\n`;
  if (data === undefined) return event === undefined ? `${text}\n` : `${text}data: \n\n`;
  return `${text}${dataLines(typeof data === "string" ? data : json(data))}\n`;
}

function milliseconds(retry: number): number {
  if (Number.isSafeInteger(retry) && retry >= 0) return retry;
  throw new EventInvalid({ field: "retry", problem: "must be a whole number of milliseconds" });
}

function line(field: string, value: string): string {
  if (!/[\n\r\0]/.test(value)) return value;
  throw new EventInvalid({ field, problem: "must be one line without NUL" });
}

function dataLines(text: string): string {
  if (!text.includes("\n") && !text.includes("\r")) return `data: ${text}\n`;
  return text
    .split(/\r\n|\r|\n/)
    .map((part) => `data: ${part}\n`)
    .join("");
}

function json(value: unknown): string {
  const text = jsonText(value);
  if (text !== undefined) return text;
  throw new EventInvalid({ field: "data", problem: "must be something that JSON can say" });
}
