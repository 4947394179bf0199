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
