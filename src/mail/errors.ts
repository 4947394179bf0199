import { defineError } from "../core/index.js";

/** A mail cannot be sent as it is: its message says what is wrong with it. Mend the mail. */
export class MailInvalid extends defineError({
  code: "MAIL_INVALID",
  message: (p: { problem: string }) => `The mail cannot be sent: ${p.problem}.`,
  status: 400,
}) {}

/** A mail was not taken. `temporary` says whether a further try may help: a task that sends mail can decide by it. */
export class MailNotSent extends defineError({
  code: "MAIL_NOT_SENT",
  message: (p: { engine: string; problem: string; isTemporary: boolean }) =>
    `The mail was not taken by ${p.engine}: ${p.problem}${p.isTemporary ? " A further try may help." : ""}`,
  status: 503,
}) {
  override readonly temporary: boolean = this.params.isTemporary;
}

/** There is no mailer. Set MAIL_URL, or `mailers.set("default", …)`. */
export class MailerMissing extends defineError({
  code: "MAIL_MAILER_MISSING",
  message: (p: { alias: string }) =>
    `There is no mailer called ${JSON.stringify(p.alias)}. Give mailers.set(${JSON.stringify(p.alias)}, …) one.`,
}) {}

/** A URL names no way of sending mail. Use `smtp://…`, `smtps://…`, `console:`, `file:directory` or `memory:`. */
export class MailUrlInvalid extends defineError({
  code: "MAIL_URL_INVALID",
  message: (p: { url: string }) =>
    `${JSON.stringify(p.url)} names no way of sending mail. Use smtp://…, smtps://…, console:, file:directory or memory:.`,
}) {}
