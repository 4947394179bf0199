import { stat } from "node:fs/promises";

import { type Logger, toError } from "../core/index.js";
import type { TlsOptions } from "./server.js";

const defaultCheckEveryMs = 60_000;

/**
 * Calls `reload` whenever the certificate or the key has changed, and returns how to stop that. The files are looked
 * at by time and size, which also works where they are links that are switched (Kubernetes, certbot). Nothing to do
 * without TLS.
 */
export function watchCertificate(tls: TlsOptions | undefined, reload: () => Promise<void>, log: Logger): () => void {
  if (tls === undefined || tls.checkEveryMs === 0) return () => {};
  const { checkEveryMs = defaultCheckEveryMs } = tls;
  let isLooking = false;
  let seen: string | undefined;
  const look = async (): Promise<void> => {
    const marks = await Promise.all([tls.certFile, tls.keyFile].map(markOf));
    const mark = marks.join();
    const isNew = seen !== undefined && mark !== seen;
    seen = mark;
    if (!isNew) return;
    await reload();
    log.info({ certFile: tls.certFile }, "the certificate has changed and was loaded anew");
  };
  const lookOnce = (): void => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((thrown: unknown) => {
        log.error({ err: toError(thrown) }, "the changed certificate was not loaded; the old one stays in use");
      })
      .finally(() => {
        isLooking = false;
      });
  };
  lookOnce();
  const timer = setInterval(lookOnce, checkEveryMs).unref();
  return () => clearInterval(timer);
}

async function markOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}/${size}/${ino}`;
}
