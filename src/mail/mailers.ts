import { MailerMissing } from "./errors.js";
import type { Mail } from "./mail.js";
import type { Mailer } from "./mailer.js";

/** The mailers of a process, by alias. The one called `default` sends where none is named. */
export class Mailers {
  readonly #mailers = new Map<string, Mailer>();

  /** Returns the one that had the alias; it stays open. */
  set(alias: string, mailer: Mailer): Mailer | undefined {
    const previous = this.#mailers.get(alias);
    this.#mailers.set(alias, mailer);
    return previous;
  }

  /** Throws `MailerMissing`. */
  require(alias = "default"): Mailer {
    const mailer = this.#mailers.get(alias);
    if (mailer === undefined) throw new MailerMissing({ alias });
    return mailer;
  }

  /** Closes all of them and forgets them. */
  async closeAll(): Promise<void> {
    const mailers = [...this.#mailers.values()];
    this.#mailers.clear();
    await Promise.all(mailers.map((mailer) => mailer.close()));
  }
}

/** The mailers of this process. */
export const mailers = new Mailers();

/**
 * Sends a mail now, and waits for the server. In a request, better `await sendMailTask.enqueue(mail)`, which waits for
 * nobody. Rejects with `MailInvalid`, `MailNotSent`, `MailerMissing`.
 */
export async function sendMail(mail: Mail, { using }: { readonly using?: string } = {}): Promise<void> {
  await mailers.require(using).send(mail);
}
