import { consoleMail } from "./engines/console-mail.js";
import { fileMail } from "./engines/file-mail.js";
import { memoryMail } from "./engines/memory-mail.js";
import { smtpMail } from "./engines/smtp-mail.js";
import { MailUrlInvalid } from "./errors.js";
import type { MailEngine } from "./mail-engine.js";

/** The engine that a URL names (`MAIL_URL`). Throws `MailUrlInvalid`. */
export function openMailEngine(url: string): MailEngine {
  const [, scheme = "", rest = ""] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (scheme === "console" && rest === "") return consoleMail();
  if (scheme === "memory" && rest === "") return memoryMail();
  if (scheme === "file" && rest !== "") return fileMail(rest.replace(/^\/\//, ""));
  if ((scheme === "smtp" || scheme === "smtps") && URL.canParse(url) && new URL(url).hostname !== "")
    return smtpMail(url);
  throw new MailUrlInvalid({ url: url.replace(/\/\/[^@]*@/, "//…@") });
}
