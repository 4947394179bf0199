import { MailInvalid } from "./errors.js";
import type { Mail, MailAddress } from "./mail.js";

/** A mail with everything that is left out filled in. */
export interface CheckedMail extends Mail {
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly from: MailAddress;
}

/** The most people that one mail may go to. */
const maxRecipients = 1000;

/** What an address must look like (RFC 5321 §4.1.2, without quoted names): the server says whether it is somebody's. */
const addressPattern = /^[^\s@<>(),:;"\\[\]]{1,64}@[^\s@<>(),:;"\\[\]]{1,255}$/u;

/** Throws `MailInvalid`. */
export function checkMail(mail: Mail, defaultFrom: MailAddress | undefined): CheckedMail {
  const from = mail.from ?? defaultFrom;
  if (from === undefined)
    throw new MailInvalid({ problem: "it says not from whom; give it `from`, or the mailer one" });
  const [to, cc, bcc, replyTo] = [list(mail.to), list(mail.cc), list(mail.bcc), list(mail.replyTo)];
  const count = to.length + cc.length + bcc.length;
  if (count === 0) throw new MailInvalid({ problem: "it goes to nobody" });
  if (count > maxRecipients)
    throw new MailInvalid({ problem: `it goes to ${count} people, of at most ${maxRecipients}` });
  for (const address of [from, ...to, ...cc, ...bcc, ...replyTo]) checkAddress(address);
  if (mail.text === undefined && mail.html === undefined)
    throw new MailInvalid({ problem: "it has neither text nor html" });
  refuseLineBreak("subject", mail.subject);
  for (const [name, value] of Object.entries(mail.headers ?? {})) {
    if (!/^[!-9;-~]+$/.test(name)) throw new MailInvalid({ problem: `${JSON.stringify(name)} is no name of a header` });
    refuseLineBreak(`header ${name}`, value);
  }
  for (const { fileName } of mail.attachments ?? []) refuseLineBreak("name of an attachment", fileName);
  return { ...mail, from, to, cc, bcc, replyTo };
}

function list(given: Mail["to"]): readonly MailAddress[] {
  if (given === undefined) return [];
  return isList(given) ? given : [given];
}

function isList(given: NonNullable<Mail["to"]>): given is readonly MailAddress[] {
  return Array.isArray(given);
}

function checkAddress(given: MailAddress): void {
  const { name, address } = typeof given === "string" ? { name: "", address: given } : given;
  if (!addressPattern.test(address)) throw new MailInvalid({ problem: `${JSON.stringify(address)} is no address` });
  refuseLineBreak("name of a person", name);
}

function refuseLineBreak(what: string, text: string): void {
  // oxlint-disable-next-line no-control-regex -- these are what is refused
  if (/[\r\n\0]/.test(text))
    throw new MailInvalid({ problem: `its ${what} holds a line break: ${JSON.stringify(text)}` });
}
