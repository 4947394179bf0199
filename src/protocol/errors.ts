import { defineError } from "../core/index.js";

/** Another process listens on the port. */
export class PortInUse extends defineError({
  code: "PROTOCOL_PORT_IN_USE",
  message: (p: { host: string; port: number }) =>
    `Port ${p.port} on ${p.host} is in use. Stop what listens there, or choose another with PORT.`,
}) {}

/** Another process listens on the Unix socket. */
export class SocketInUse extends defineError({
  code: "PROTOCOL_SOCKET_IN_USE",
  message: (p: { path: string }) =>
    `The Unix socket ${p.path} is in use. Stop what listens there, or choose another path.`,
}) {}

/** The address cannot be listened on at all. */
export class CannotListen extends defineError({
  code: "PROTOCOL_CANNOT_LISTEN",
  message: (p: { host: string; port: number; reason: string }) =>
    `Cannot listen on ${p.host} port ${p.port} (${p.reason}). Choose an address of this machine with HOST and a port with PORT.`,
}) {}

/** An option of `listen` has a value that no server can work with. */
export class ListenOptionInvalid extends defineError({
  code: "PROTOCOL_LISTEN_OPTION_INVALID",
  message: (p: { option: string; value: unknown; expected: string }) =>
    `The option ${p.option} of listen is ${JSON.stringify(p.value)}; it must be ${p.expected}.`,
}) {}

/** The certificate or the key cannot be used. */
export class CertificateInvalid extends defineError({
  code: "PROTOCOL_CERTIFICATE_INVALID",
  message: (p: { certFile: string; keyFile: string; reason: string }) =>
    `The certificate ${p.certFile} with the key ${p.keyFile} cannot be used: ${p.reason}. Both must be PEM files that belong together.`,
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

/** A field of a message of the application is missing or of the wrong type (ASGI A6). */
export class MessageFieldInvalid extends defineError({
  code: "PROTOCOL_MESSAGE_FIELD_INVALID",
  message: (p: { type: string; field: string; given: string; expected: string }) =>
    `The application sent ${p.type} with ${p.field} ${p.given}; expected ${p.expected}.`,
}) {}

/** A streamed body is longer or shorter than the `Content-Length` that the application announced for it. */
export class BodyLengthMismatch extends defineError({
  code: "PROTOCOL_BODY_LENGTH_MISMATCH",
  message: (p: { announced: number; sent: number }) =>
    `The application announced a body of ${p.announced} bytes and sent ${p.sent}. Leave Content-Length out, or announce what is sent.`,
}) {}

/** A header of a response holds characters that could end the header or begin another (RFC 9110 §5.5). */
export class HeaderInvalid extends defineError({
  code: "PROTOCOL_HEADER_INVALID",
  message: (p: { name: string }) =>
    `The response header ${JSON.stringify(p.name)} has a name or value with characters that HTTP does not allow.`,
}) {}

/** Something of a request was asked for too late: the native request was given back, and nothing had read it before. */
export class ScopeExpired extends defineError({
  code: "PROTOCOL_SCOPE_EXPIRED",
  message: (p: { part: string }) =>
    `The ${p.part} of a request was read for the first time after its response was sent. Read it before answering.`,
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
