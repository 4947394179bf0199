/**
 * Mail: written, looked at, and sent by a server, or into a file, the terminal or memory. Its three main names are
 * `sendMail`, `sendMailTask` and `mailers`.
 *
 * ```ts
 * mailers.set("default", new Mailer({ engine: openMailEngine("smtp://user:secret@mail.example.com"), from: "hello@example.com" }));
 *
 * await sendMail({ to: "django@example.com", subject: "Tonight", text: "At eight." }); // now
 * await sendMailTask.enqueue({ to: "django@example.com", subject: "Tonight", text: "At eight." }); // in the background
 * ```
 */
export type { CheckedMail } from "./check-mail.js";
export { consoleMail } from "./engines/console-mail.js";
export { fileMail } from "./engines/file-mail.js";
export { memoryMail, type MemoryMail } from "./engines/memory-mail.js";
export { smtpMail, type SmtpMailOptions } from "./engines/smtp-mail.js";
export { MailerMissing, MailInvalid, MailNotSent, MailUrlInvalid } from "./errors.js";
export type { Mail, MailAddress, MailAttachment } from "./mail.js";
export type { MailEngine } from "./mail-engine.js";
export { type MailJob, sendMailTask } from "./mail-task.js";
export { Mailer, type MailerOptions } from "./mailer.js";
export { Mailers, mailers, sendMail } from "./mailers.js";
export { openMailEngine } from "./open-mail-engine.js";
