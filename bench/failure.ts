/** A case cannot be measured on this machine, as it lacks something; the message says what, and is all that is told. */
export class CannotRun extends Error {}

/** What is told of what went wrong: with the place where it did, unless the message says it all. */
export function failureText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown instanceof CannotRun ? thrown.message : (thrown.stack ?? thrown.message);
}

/** What is kept of it: places in the code mean nothing to those who read figures, and folders are nobody's business. */
export function withoutStack(text: string): string {
  return text.split(/\n\s+at /, 1)[0] ?? "";
}
