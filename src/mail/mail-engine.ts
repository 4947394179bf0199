import type { CheckedMail } from "./check-mail.js";

/** One way of sending mail. */
export interface MailEngine {
  /** As errors call it, without what is secret: `the mail server mail.example.com:587`. */
  readonly name: string;
  /** Resolves when the mail is taken. Rejects with `MailNotSent`. */
  send(mail: CheckedMail): Promise<void>;
  close(): Promise<void>;
}
