import { defineError } from "./errors.js";

/** 400: the client sent something that cannot be understood. `detail` is shown to the client. */
export class BadRequest extends defineError({
  code: "HTTP_BAD_REQUEST",
  message: (p: { detail: string }) => p.detail,
  status: 400,
  closeCode: 1007,
}) {}

/** 403: understood, and refused. */
export class PermissionDenied extends defineError({
  code: "HTTP_PERMISSION_DENIED",
  message: (p: { detail: string }) => p.detail,
  status: 403,
  closeCode: 1008,
}) {}

/** 404: nothing is there. */
export class NotFound extends defineError({
  code: "HTTP_NOT_FOUND",
  message: (p: { what: string }) => `${p.what} was not found.`,
  status: 404,
  closeCode: 4504,
}) {}

/** 405: the path exists, but not for this method. `allow` becomes the `Allow` header (RFC 9110 §15.5.6). */
export class MethodNotAllowed extends defineError({
  code: "HTTP_METHOD_NOT_ALLOWED",
  message: (p: { method: string; allow: readonly string[] }) =>
    `${p.method} is not allowed here; allowed: ${p.allow.join(", ")}.`,
  status: 405,
}) {}

/** 413: the body is larger than the limit. */
export class BodyTooLarge extends defineError({
  code: "HTTP_BODY_TOO_LARGE",
  message: (p: { maxBytes: number }) => `The request body is over the limit of ${p.maxBytes} bytes.`,
  status: 413,
}) {}

/** 415: the body is of a kind that this handler does not read. */
export class UnsupportedMediaType extends defineError({
  code: "HTTP_UNSUPPORTED_MEDIA_TYPE",
  message: (p: { given: string; expected: string }) => `The body is ${p.given}; this needs ${p.expected}.`,
  status: 415,
}) {}

/** 426: a WebSocket address was asked for by plain HTTP (RFC 9110 §15.5.22). */
export class UpgradeRequired extends defineError({
  code: "HTTP_UPGRADE_REQUIRED",
  message: () => "This address speaks WebSocket only.",
  status: 426,
}) {}
