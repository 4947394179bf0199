import { type CheckedMail, checkMail } from "./check-mail.js";
import type { Mail, MailAddress } from "./mail.js";
import type { MailEngine } from "./mail-engine.js";

/** Options of a `Mailer`. */
export interface MailerOptions {
  readonly engine: MailEngine;
  /** Who writes, where a mail does not say. */
  readonly from?: MailAddress;
}

/** Sends mail by one engine, after a look at it. */
export class Mailer {
  readonly engine: MailEngine;
  readonly #from: MailAddress | undefined;

  constructor({ engine, from }: MailerOptions) {
    this.engine = engine;
    this.#from = from;
  }

  /**
   * Resolves when the engine has taken the mail. Rejects with `MailInvalid`, and with `MailNotSent`, whose `temporary` says
   * whether a further try may help.
   */
  async send(mail: Mail): Promise<void> {
    await this.engine.send(this.check(mail));
  }

  /** The mail as it would be sent. Throws `MailInvalid`. */
  check(mail: Mail): CheckedMail {
    return checkMail(mail, this.#from);
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}
