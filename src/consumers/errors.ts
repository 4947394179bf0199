import { defineError } from "../core/index.js";

/** A consumer handles no message of this type. */
export class NoHandler extends defineError({
  code: "CONSUMERS_NO_HANDLER",
  message: (p: { consumer: string; type: string }) =>
    `${p.consumer} has no handler for messages of type ${JSON.stringify(p.type)}; declare async ${JSON.stringify(p.type)}(message) { … }.`,
}) {}

/** A consumer was asked for something that its scope does not have. */
export class ScopeMismatch extends defineError({
  code: "CONSUMERS_SCOPE_MISMATCH",
  message: (p: { consumer: string; expected: string; given: string }) =>
    `${p.consumer} handles ${p.expected} scopes, and was given one of type ${p.given}. Check its route.`,
}) {}

/** There is no channel layer, template engine or secret key where a consumer needs one. */
export class ServiceMissing extends defineError({
  code: "CONSUMERS_SERVICE_MISSING",
  message: (p: { what: string; remedy: string }) => `There is no ${p.what}. ${p.remedy}`,
}) {}

/** A route's pattern cannot be understood. */
export class RouteInvalid extends defineError({
  code: "CONSUMERS_ROUTE_INVALID",
  message: (p: { pattern: string; problem: string }) => `The route ${JSON.stringify(p.pattern)} ${p.problem}.`,
}) {}

/** No route has this name, or its parameters do not fit (Django's `NoReverseMatch`). */
export class NoReverseMatch extends defineError({
  code: "CONSUMERS_NO_REVERSE_MATCH",
  message: (p: { name: string; problem: string }) => `There is no URL for ${JSON.stringify(p.name)}: ${p.problem}.`,
}) {}

/** The client went away before its request was read. */
export class ClientGone extends defineError({
  code: "CONSUMERS_CLIENT_GONE",
  message: () => "The client went away before its request had arrived.",
  status: 400,
}) {}

/** A client's message is not what this socket understands. */
export class MessageRefused extends defineError({
  code: "CONSUMERS_MESSAGE_REFUSED",
  message: (p: { problem: string; closeCode: number }) => p.problem,
  status: 400,
}) {
  /** 1003 for the wrong kind of frame, 1007 for text that is not JSON (RFC 6455 §7.4.1). */
  override readonly closeCode: number = this.params.closeCode;
}

/** A client's action is not one that this consumer has. */
export class UnknownAction extends defineError({
  code: "CONSUMERS_UNKNOWN_ACTION",
  message: (p: { action: string; known: readonly string[] }) =>
    `There is no action ${JSON.stringify(p.action)}; there are: ${p.known.join(", ")}.`,
  status: 400,
}) {}
