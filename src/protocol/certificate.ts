import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";

import { toError } from "../core/index.js";
import { CertificateInvalid } from "./errors.js";
import type { TlsOptions } from "./server.js";

/** A certificate chain and its key, checked to belong together. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly passphrase?: string;
}

/** Reads and checks the files. Rejects with `CertificateInvalid`, which says what is wrong with them. */
export async function readCertificate({ certFile, keyFile, passphrase }: TlsOptions): Promise<Certificate> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    const certificate = { cert, key, ...(passphrase !== undefined && { passphrase }) };
    createSecureContext(certificate);
    return certificate;
  } catch (thrown) {
    const error = toError(thrown);
    throw new CertificateInvalid({ certFile, keyFile, reason: error.message }, { cause: error });
  }
}
