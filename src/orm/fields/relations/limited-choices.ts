import type { RunTimeLookups } from "../../expressions/condition.js";

/** What a row must meet to be chosen, as lookups or `Q`, or what gives it: `() => ({ endsAt__gt: new Date() })`. */
export type LimitedChoices = RunTimeLookups | (() => RunTimeLookups);

/** What holds now. */
export function limitsNow(given: LimitedChoices | undefined): RunTimeLookups | undefined {
  return typeof given === "function" ? given() : given;
}
