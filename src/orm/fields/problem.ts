/** Why a value does not fit a field. `code` and `params` are for translation; `message` is the English text. */
export interface Problem {
  /** `required`, `invalid`, `max_length`, `invalid_choice`, … */
  readonly code: string;
  /** Completes "Message.text …": `is longer than 2000 characters`. */
  readonly message: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/**
 * Carries a `Problem` from the field that finds it to the code that knows the instance or query it happened in.
 * Never leaves the ORM: `ValidationError` or `LookupValueInvalid` does.
 */
export class ProblemFound extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }

  /** The same in the words that `messages` has for its code. */
  worded(messages: Readonly<Record<string, string>>): ProblemFound {
    const message = messages[this.problem.code];
    return message === undefined ? this : new ProblemFound({ ...this.problem, message });
  }
}

/** Ends the check of a value. */
export function refuse(code: string, message: string, params?: Readonly<Record<string, unknown>>): never {
  throw new ProblemFound(params === undefined ? { code, message } : { code, message, params });
}

/** A value as error messages show it, at most 80 characters. */
export function show(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : describe(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function describe(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  if (Array.isArray(value)) return `[${value.slice(0, 10).map(show).join(", ")}${value.length > 10 ? ", …" : ""}]`;
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    const name = (Object.getPrototypeOf(value) as object | null)?.constructor.name;
    return name === undefined || name === "Object" ? (JSON.stringify(value) ?? "an object") : `a ${name}`;
  }
  return String(value);
}
