import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "./free-port.js";
import { pathOf } from "./clients.js";
import { pythonWith } from "./python.js";

/** A mail server that nobody here wrote. */
const aiosmtpd = pythonWith(["aiosmtpd"], "python3-aiosmtpd");

/** A mail server for one test, which keeps what it takes. */
export interface MailServer {
  readonly url: string;
  /** What it has taken, as it came. */
  mails(): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const python = await pathOf(aiosmtpd);
  const port = await freePort();
  const directory = join(await mkdtemp(join(tmpdir(), "hotclub-mail-")), "box");
  const address = `127.0.0.1:${port}`;
  const child = spawn(python, ["-m", "aiosmtpd", "-n", "-l", address, "-c", "aiosmtpd.handlers.Mailbox", directory], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  const exited = once(child, "exit");
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`the mail server ended:\n${errors}`);
  }
  return {
    url: `smtp://${address}`,
    async mails() {
      const files = await readdir(join(directory, "new"));
      return Promise.all(files.map((file) => readFile(join(directory, "new", file), "utf8")));
    },
    async stop() {
      child.kill();
      await exited;
    },
  };
}

/** One try to connect, which a port that nobody listens on refuses at once. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => setTimeout(() => resolve(false), 20));
  });
}
