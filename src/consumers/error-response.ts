import { HotclubError, MethodNotAllowed, ValidationFailed, type Issue } from "../core/index.js";
import { type HttpResponse, text } from "./response/response.js";
import { statusTitle } from "./status-title.js";

/** What a client is told of an error: never more than it may know. */
export interface PublicError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly Issue[];
}

/**
 * What may be shown of `error`. Errors that are the client's (status below 500) explain themselves; all others become
 * the plain name of their status with the request id, and in debug what they say.
 */
export function publicError(error: Error, requestId: string, debug: boolean): PublicError {
  if (error instanceof HotclubError && error.status < 500) {
    const { status, code, message } = error;
    return { status, code, message, ...(error instanceof ValidationFailed && { issues: error.params.issues }) };
  }
  const status = error instanceof HotclubError ? error.status : 500;
  const message = debug ? `${error.name}: ${error.message}` : statusTitle(status);
  return { status, code: "INTERNAL", message: `${message} (request ${requestId})` };
}

/** Whether an error is worth a line of its own in the log: the client's mistakes are not the operator's. */
export function isServerError(error: Error): boolean {
  return !(error instanceof HotclubError && error.status < 500);
}

/** The errors behind responses, for middleware that says more of them. */
const errors = new WeakMap<object, Error>();

/** The error that a response was made from by `errorResponse`, or `undefined` for any other. */
export function errorBehind(response: object): Error | undefined {
  return errors.get(response);
}

/** Has `copy` stand for the same error as `response`. */
export function keepError(response: object, copy: object): void {
  const error = errors.get(response);
  if (error !== undefined) errors.set(copy, error);
}

/** The response that tells a client of `error`. */
export function errorResponse(error: Error, requestId: string, debug: boolean): HttpResponse {
  const { status, message } = publicError(error, requestId, debug);
  const response = text(message, { status });
  if (error instanceof MethodNotAllowed) response.setHeader("allow", error.params.allow.join(", "));
  response.setHeader("x-request-id", requestId);
  errors.set(response, error);
  return response;
}
