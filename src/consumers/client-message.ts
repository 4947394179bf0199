import { MessageRefused } from "./errors.js";

/** What a client sends to ask for an action. With an `id`, it wants the outcome. */
export interface ClientAction {
  readonly action: string;
  readonly data: unknown;
  readonly id?: string | number;
}

/** Close codes (RFC 6455 §7.4.1). */
const unsupportedData = 1003;
const invalidPayload = 1007;

/** Reads `{"action": "post", "data": {…}, "id"?: 1}`. Throws `MessageRefused`, which closes the socket. */
export function readClientAction(received: string | Uint8Array): ClientAction {
  if (typeof received !== "string") {
    throw new MessageRefused({ problem: "Text is expected, not binary data.", closeCode: unsupportedData });
  }
  let value: unknown;
  try {
    value = JSON.parse(received);
  } catch (cause) {
    throw new MessageRefused({ problem: "The message is not JSON.", closeCode: invalidPayload }, { cause });
  }
  if (isClientAction(value)) return value;
  throw new MessageRefused({ problem: 'The message is not {"action": name, "data": …}.', closeCode: invalidPayload });
}

function isClientAction(value: unknown): value is ClientAction {
  if (typeof value !== "object" || value === null || !("action" in value) || typeof value.action !== "string")
    return false;
  return !("id" in value) || typeof value.id === "string" || typeof value.id === "number";
}
