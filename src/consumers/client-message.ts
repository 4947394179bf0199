import type { ActionFrame, PongFrame } from "../protocol/index.js";
import { MessageRefused } from "./errors.js";

/** Close codes (RFC 6455 §7.4.1). */
const unsupportedData = 1003;
const invalidPayload = 1007;

/** Reads `{"action": "post", "data": {…}, "id"?: 1}`. Throws `MessageRefused`, which closes the socket. */
export function readAction(received: string | Uint8Array): ActionFrame {
  if (typeof received !== "string") {
    throw new MessageRefused({ problem: "Text is expected, not binary data.", closeCode: unsupportedData });
  }
  let value: unknown;
  try {
    value = JSON.parse(received);
  } catch (cause) {
    throw new MessageRefused({ problem: "The message is not JSON.", closeCode: invalidPayload }, { cause });
  }
  if (isActionFrame(value)) return value;
  throw new MessageRefused({ problem: 'The message is not {"action": name, "data": …}.', closeCode: invalidPayload });
}

function isActionFrame(value: unknown): value is ActionFrame {
  if (typeof value !== "object" || value === null || !("action" in value) || typeof value.action !== "string")
    return false;
  return !("id" in value) || typeof value.id === "string" || typeof value.id === "number";
}

/** The answer to `{"ping": 7}`, or `undefined` for everything else. Cheap for everything else. */
export function answerToPing(text: string | undefined): string | undefined {
  const ping = text?.startsWith('{"ping":') === true ? /^\{"ping":(\d{1,16})\}$/.exec(text)?.[1] : undefined;
  if (ping === undefined) return undefined;
  return JSON.stringify({ type: "pong", ping: Number(ping) } satisfies PongFrame);
}
