import type * as Nodemailer from "nodemailer";

import { toError } from "../../core/index.js";
import type { CheckedMail } from "../check-mail.js";
import { composed } from "../compose.js";
import { MailNotSent } from "../errors.js";
import type { MailEngine } from "../mail-engine.js";

/** Options of `smtpMail`. */
export interface SmtpMailOptions {
  /** The most connections at once. Default 5. */
  readonly maxConnections?: number;
  /** How long the server may be silent, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
}

/**
 * Sends mail to a server: `smtp://user:password@mail.example.com:587`, or `smtps` where TLS comes first (port 465). On
 * `smtp`, TLS is begun where the server offers it, and with a password it must (RFC 3207). Connections are kept open.
 */
export function smtpMail(url: string, options: SmtpMailOptions = {}): MailEngine {
  return new SmtpMailEngine(new URL(url), options);
}

class SmtpMailEngine implements MailEngine {
  readonly name: string;
  readonly #url: URL;
  readonly #options: SmtpMailOptions;
  #transport: Promise<ReturnType<typeof createPool>> | undefined;

  constructor(url: URL, options: SmtpMailOptions) {
    this.name = `the mail server ${url.host}`;
    this.#url = url;
    this.#options = options;
  }

  async send(mail: CheckedMail): Promise<void> {
    this.#transport ??= import("nodemailer").then((library) => createPool(library, this.#url, this.#options));
    const transport = await this.#transport;
    try {
      await transport.sendMail(composed(mail));
    } catch (thrown) {
      const error: Error & { responseCode?: number } = toError(thrown);
      // The server's 5yz are for good (RFC 5321 §4.2.1); all else may be better later.
      const isTemporary = error.responseCode === undefined || error.responseCode < 500;
      throw new MailNotSent({ engine: this.name, problem: error.message, isTemporary }, { cause: error });
    }
  }

  async close(): Promise<void> {
    (await this.#transport)?.close();
    this.#transport = undefined;
  }
}

function createPool(library: typeof Nodemailer, url: URL, { maxConnections = 5, timeoutMs = 30_000 }: SmtpMailOptions) {
  const isSecure = url.protocol === "smtps:";
  const user = decodeURIComponent(url.username);
  return library.createTransport({
    pool: true,
    maxConnections,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (isSecure ? 465 : 587) : Number(url.port),
    secure: isSecure,
    // A password never goes in the clear, not even when someone between takes the offer of TLS away.
    requireTLS: user !== "",
    ...(user !== "" && { auth: { user, pass: decodeURIComponent(url.password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
}
