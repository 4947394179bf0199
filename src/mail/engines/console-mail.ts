import type { Writable } from "node:stream";

import type { CheckedMail } from "../check-mail.js";
import { mailBytes } from "../compose.js";
import type { MailEngine } from "../mail-engine.js";

/** Writes mail to the terminal instead of sending it: for development. `output`: default standard output. */
export function consoleMail(output: Pick<Writable, "write"> = process.stdout): MailEngine {
  return {
    name: "the terminal",
    async send(mail: CheckedMail) {
      output.write(`${(await mailBytes(mail)).toString()}\n${"-".repeat(79)}\n`);
    },
    close: () => Promise.resolve(),
  };
}
