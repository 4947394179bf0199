import { InvalidValue } from "./errors.js";

/** What is known of a problem, besides its message. */
export interface InvalidOptions {
  /** Default `invalid`. */
  readonly code?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/**
 * What to throw from a validator, a `clean` of a field or that of a form: `throw invalid("Choose another name.")`. The
 * form shows it at the field, or at its top.
 */
export function invalid(message: string, { code = "invalid", params }: InvalidOptions = {}): InvalidValue {
  return new InvalidValue({ errors: [params === undefined ? { code, message } : { code, message, params }] });
}
