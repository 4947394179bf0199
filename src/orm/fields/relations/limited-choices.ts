/** Lookups that a row must meet to be chosen, or what gives them: `() => ({ endsAt__gt: new Date() })`. */
export type LimitedChoices = Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>);

/** The lookups that hold now. */
export function limitsNow(given: LimitedChoices | undefined): Readonly<Record<string, unknown>> | undefined {
  return typeof given === "function" ? given() : given;
}
