import { defineError } from "../core/index.js";

/** There is nothing that would keep a message for a visitor. Put `flashMessages()` among the middleware. */
export class MessagesMissing extends defineError({
  code: "MESSAGES_MISSING",
  message: (p: { scope: string }) =>
    `This ${p.scope} scope has no messages: put flashMessages() among the middleware, for requests.`,
}) {}

/** The response has begun, so that no message can be kept any more. Add messages before the answer. */
export class MessagesTooLate extends defineError({
  code: "MESSAGES_TOO_LATE",
  message: (p: { text: string }) => `The response has begun: the message ${JSON.stringify(p.text)} cannot be kept.`,
}) {}
