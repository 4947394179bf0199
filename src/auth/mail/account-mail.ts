import { type Mail, MailNotSent, sendMail } from "../../mail/index.js";
import { safe } from "../../templates/index.js";
import { task, TaskConsumer } from "../../workers/index.js";
import { passwordHashes } from "../passwords.js";
import type { AbstractBaseUser } from "../users/abstract-base-user.js";
import { normalizedEmail } from "../users/normalize.js";
import { anyUserModel } from "../users/user-model.js";
import { accountToken, linkMaxAgeS, type TokenUse } from "./account-token.js";

/** A mail about an account: whether there is one to send, and to whom, is found out in the background. */
export interface AccountMailJob {
  /** `reset`: a link to choose a new password. `confirm`: one to use a new account. `taken`: there is an account already. */
  readonly kind: "reset" | "confirm" | "taken";
  /** The address that somebody gave. */
  readonly email: string;
  /** The URL that the pages of accounts are under. */
  readonly base: string;
}

/** The most accounts of one address that a mail is sent for. */
const maxAccounts = 5;

class AccountMail extends TaskConsumer<AccountMailJob> {
  async run({ kind, email, base }: AccountMailJob): Promise<void> {
    const users = await usersOf(kind, email);
    for (const user of users) await sendMail(await this.#mail(kind, user, base));
    if (kind !== "taken" || users.length > 0) return;
    // Who has not answered the mail to a new account may have lost it: she gets no other account, and that mail again.
    const since = Date.now() - linkMaxAgeS * 1000;
    for (const user of await usersOf("confirm", email))
      if (user.dateJoined.getTime() > since) await sendMail(await this.#mail("confirm", user, base));
  }

  async #mail(kind: AccountMailJob["kind"], user: AbstractBaseUser, base: string): Promise<Mail> {
    const { templates } = this.services;
    const context = { user: namesOf(user), site: safe(new URL(base).host), ...linksOf(kind, user, base) };
    const subject = await templates.render(`auth/mail/${kind}-subject.liquid`, context);
    const text = await templates.render(`auth/mail/${kind}.liquid`, context);
    // To the address that is kept, whatever was given.
    return { to: user.mailAddress, subject: subject.replaceAll(/\s+/g, " ").trim(), text };
  }
}

/** Plain text is escaped nowhere: what is HTML elsewhere is words here. */
function namesOf(user: AbstractBaseUser): object {
  return { displayName: safe(oneLine(user.displayName)), loginName: safe(oneLine(user.loginName)) };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function linksOf(kind: AccountMailJob["kind"], user: AbstractBaseUser, base: string): object {
  const link = (page: string, use: TokenUse): string => new URL(`${page}/link/${accountToken(use, user)}/`, base).href;
  if (kind === "confirm") return { link: safe(link("sign-up", "confirm")) };
  return { link: safe(link("reset", "reset")), login: safe(new URL("login/", base).href) };
}

/** The accounts of an address that such a mail is for. */
async function usersOf(kind: AccountMailJob["kind"], given: string): Promise<AbstractBaseUser[]> {
  const model = anyUserModel();
  const { emailField } = model;
  if (emailField === undefined || given.includes("\0")) return [];
  const found: AbstractBaseUser[] = await model
    .filterBy({ [`${emailField}__iexact`]: normalizedEmail(given), isActive: kind !== "confirm" })
    .orderBy("-pk")
    .slice(0, maxAccounts);
  const users = found.filter(({ mailAddress, password, lastLogin }) => {
    if (mailAddress === "") return false;
    return kind === "confirm" ? lastLogin === null : passwordHashes().isUsable(password);
  });
  return kind === "confirm" ? users.slice(0, 1) : users;
}

/** Tries eight more times over some hours, where a further try may help. */
const tries = { retries: 8, retryIf: (error: unknown) => !(error instanceof MailNotSent) || error.temporary };

/** Sends a mail about an account, from the queue `mail`. It comes with `authApp`. */
export const accountMail = task("hotclub.auth.mail", { queue: "mail", ...tries }, AccountMail);
