import type { CheckedMail } from "../check-mail.js";
import type { MailEngine } from "../mail-engine.js";

/** Keeps mail for a test to look at. */
export interface MemoryMail extends MailEngine {
  /** The last 1,000, oldest first. */
  readonly outbox: CheckedMail[];
}

const maxMails = 1000;

/** Sends nothing: each mail is put into `outbox`. */
export function memoryMail(): MemoryMail {
  const outbox: CheckedMail[] = [];
  return {
    name: "memory",
    outbox,
    send(mail) {
      outbox.push(mail);
      if (outbox.length > maxMails) outbox.shift();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
