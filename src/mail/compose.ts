import type { CheckedMail } from "./check-mail.js";
import type { MailAddress, MailAttachment } from "./mail.js";

/** A mail as the library takes it. */
export function composed(mail: CheckedMail) {
  const { from, to, cc, bcc, replyTo, subject, text, html, headers, attachments = [] } = mail;
  return {
    from: person(from),
    to: to.map(person),
    cc: cc.map(person),
    bcc: bcc.map(person),
    replyTo: replyTo.map(person),
    subject,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(headers !== undefined && { headers: { ...headers } }),
    attachments: attachments.map(attached),
    // What an attachment names is never fetched or read: its content is given.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function attached({ fileName: filename, content: given, contentType, contentId: cid }: MailAttachment) {
  const content = typeof given === "string" ? given : Buffer.from(given);
  // The library takes what is undefined for what is not there; its types do not say so.
  return Object.assign({ filename, content }, contentType && { contentType }, cid && { cid });
}

function person(given: MailAddress): { name: string; address: string } {
  return typeof given === "string" ? { name: "", address: given } : { ...given };
}

/** The mail as it goes over the wire (RFC 5322). */
export async function mailBytes(mail: CheckedMail): Promise<Buffer> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const { message } = await transport.sendMail(composed(mail));
  return message as Buffer;
}
