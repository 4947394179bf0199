import { defineError } from "../core/index.js";

/** The application did not send in time what a test waits for. */
export class NothingReceived extends defineError({
  code: "TESTING_NOTHING_RECEIVED",
  message: (p: { expected: string; timeoutMs: number }) =>
    `Nothing came within ${p.timeoutMs} ms; the test expects ${p.expected}. The application goes on running.`,
}) {}

/** The application sent something else than a test expects. */
export class UnexpectedMessage extends defineError({
  code: "TESTING_UNEXPECTED_MESSAGE",
  message: (p: { expected: string; got: unknown }) =>
    `The test expects ${p.expected}, and got ${JSON.stringify(p.got)}.`,
}) {}

/** A test's client was sent from page to page without an end. Mend the redirects. */
export class TooManyRedirects extends defineError({
  code: "TESTING_TOO_MANY_REDIRECTS",
  message: (p: { chain: readonly string[] }) => `There is no end to the redirects: ${p.chain.join(" -> ")}.`,
}) {}

/** A test signs a user in, and nobody said how that is done. Say it with the client's option `signIn`. */
export class SignInUnknown extends defineError({
  code: "TESTING_SIGN_IN_UNKNOWN",
  message: () =>
    "The client does not know how users sign in. Give it the option signIn, or let an app that knows do it.",
}) {}
