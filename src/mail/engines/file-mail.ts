import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { toError } from "../../core/index.js";
import type { CheckedMail } from "../check-mail.js";
import { mailBytes } from "../compose.js";
import { MailNotSent } from "../errors.js";
import type { MailEngine } from "../mail-engine.js";

/** Writes each mail into a file (`.eml`) of a directory, which is made where it is missing: mail programs open them. */
export function fileMail(directory: string): MailEngine {
  let count = 0;
  return {
    name: `the directory ${directory}`,
    async send(mail: CheckedMail) {
      const time = new Date().toISOString().replaceAll(":", "-");
      const path = join(directory, `${time}-${process.pid}-${++count}.eml`);
      try {
        await mkdir(directory, { recursive: true });
        // Whoever watches the directory sees whole mails.
        await writeFile(`${path}.part`, await mailBytes(mail));
        await rename(`${path}.part`, path);
      } catch (thrown) {
        const error = toError(thrown);
        throw new MailNotSent({ engine: this.name, problem: error.message, isTemporary: true }, { cause: error });
      }
    },
    close: () => Promise.resolve(),
  };
}
