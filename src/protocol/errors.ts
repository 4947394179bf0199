import { defineError } from "../core/index.js";

/** Another process listens on the port. */
export class PortInUse extends defineError({
  code: "PROTOCOL_PORT_IN_USE",
  message: (p: { host: string; port: number }) =>
    `Port ${p.port} on ${p.host} is in use. Stop what listens there, or choose another with PORT.`,
}) {}

/** The address cannot be listened on at all. */
export class CannotListen extends defineError({
  code: "PROTOCOL_CANNOT_LISTEN",
  message: (p: { host: string; port: number; reason: string }) =>
    `Cannot listen on ${p.host} port ${p.port} (${p.reason}). Choose an address of this machine with HOST and a port with PORT.`,
}) {}

/** No protocol server can be loaded on this machine. */
export class ServerNotLoaded extends defineError({
  code: "PROTOCOL_SERVER_NOT_LOADED",
  message: (p: { server: string; reason: string }) => `The protocol server ${p.server} cannot be loaded: ${p.reason}.`,
}) {}

/** The application sent a message that the protocol does not allow at this point (ASGI A6). */
export class ProtocolViolation extends defineError({
  code: "PROTOCOL_VIOLATION",
  message: (p: { sent: string; state: string; expected: string }) =>
    `The application sent ${p.sent} while ${p.state}; expected ${p.expected}.`,
}) {}

/** A header of a response holds characters that could end the header or begin another (RFC 9110 §5.5). */
export class HeaderInvalid extends defineError({
  code: "PROTOCOL_HEADER_INVALID",
  message: (p: { name: string }) =>
    `The response header ${JSON.stringify(p.name)} has a name or value with characters that HTTP does not allow.`,
}) {}

/** The application chose a subprotocol that the client did not offer (RFC 6455 §4.2.2). */
export class SubprotocolNotOffered extends defineError({
  code: "PROTOCOL_SUBPROTOCOL_NOT_OFFERED",
  message: (p: { subprotocol: string; offered: readonly string[] }) =>
    `The subprotocol ${JSON.stringify(p.subprotocol)} cannot be chosen: the client offered ` +
    `${p.offered.length === 0 ? "none" : p.offered.join(", ")}.`,
}) {}

/** A close code or reason that may not stand in a close frame (RFC 6455 §5.5, §7.4). */
export class CloseInvalid extends defineError({
  code: "PROTOCOL_CLOSE_INVALID",
  message: (p: { code: number; reason: string }) =>
    `A socket cannot be closed with code ${p.code} and a reason of ${Buffer.byteLength(p.reason)} bytes: ` +
    "use 1000 to 1014 (not 1004 to 1006) or 3000 to 4999, and at most 123 bytes.",
}) {}

/** The application answered with a number that is no final HTTP status. */
export class StatusInvalid extends defineError({
  code: "PROTOCOL_STATUS_INVALID",
  message: (p: { status: number }) => `${p.status} is not a status that a response can end with; use 200 to 599.`,
}) {}
