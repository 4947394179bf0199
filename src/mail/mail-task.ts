import { task } from "../workers/index.js";
import { MailNotSent } from "./errors.js";
import type { Mail, MailAttachment } from "./mail.js";
import { sendMail } from "./mailers.js";

/** A mail as a task's arguments: plain data, whose attachments are text or base64. */
export interface MailJob extends Omit<Mail, "attachments"> {
  readonly attachments?: readonly (Omit<MailAttachment, "content"> & { readonly base64: string })[];
  /** The alias of the mailer. */
  readonly using?: string;
}

/** Tries eight more times over some hours, where a further try may help. */
const tries = { retries: 8, retryIf: (error: unknown) => !(error instanceof MailNotSent) || error.temporary };

/**
 * Sends a mail in the background, from the queue `mail`. Put it among the project's `tasks`:
 *
 * ```ts
 * await sendMailTask.enqueue({ to: user.email, subject: "Welcome", text: "…" });
 * ```
 *
 * A worker that dies while the server takes a mail lets another worker send it again.
 */
export const sendMailTask = task("hotclub.sendMail", { queue: "mail", ...tries }, async (_run, job: MailJob) => {
  const { attachments, using, ...mail } = job;
  const files = attachments?.map(({ base64, ...file }) =>
    Object.assign(file, { content: Buffer.from(base64, "base64") }),
  );
  await sendMail({ ...mail, ...(files !== undefined && { attachments: files }) }, using === undefined ? {} : { using });
});
