import { type FrameworkSettings, SettingsInvalid } from "../core/index.js";
import type { ListenOptions, TlsOptions } from "../protocol/index.js";

/** Where to listen; the settings say what is not given. */
export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  /** The path of a Unix socket instead of host and port. */
  readonly unixSocket?: string;
  /** Several processes listen there at once. Default false. */
  readonly sharePort?: boolean;
}

/** How the server of a project listens. Throws `SettingsInvalid` for half a certificate. */
export function listenOptions(settings: FrameworkSettings, options: ServeOptions): ListenOptions {
  const unixSocket = options.unixSocket ?? (options.port === undefined ? settings.unixSocket : null);
  const tls = tlsOptions(settings);
  return {
    host: options.host ?? settings.host,
    port: options.port ?? settings.port,
    ...(unixSocket !== null && { unixSocket }),
    sharePort: options.sharePort ?? false,
    ...(tls !== undefined && { tls }),
    trustedProxies: settings.trustedProxies,
    http: {
      maxHeaderBytes: settings.maxHeaderBytes,
      headersTimeoutMs: settings.headersTimeoutMs,
      keepAliveTimeoutMs: settings.keepAliveTimeoutMs,
      bodyTimeoutMs: settings.bodyTimeoutMs,
      sendTimeoutMs: settings.sendTimeoutMs,
    },
    webSocket: {
      maxMessageBytes: settings.maxWebSocketMessageBytes,
      idleTimeoutS: settings.webSocketIdleTimeoutS,
      compression: settings.webSocketCompression,
    },
  };
}

function tlsOptions({ tlsCertFile, tlsKeyFile, tlsKeyPassphrase }: FrameworkSettings): TlsOptions | undefined {
  if (tlsCertFile === null && tlsKeyFile === null) return undefined;
  if (tlsCertFile === null || tlsKeyFile === null) {
    const missing = tlsCertFile === null ? "TLS_CERT_FILE" : "TLS_KEY_FILE";
    throw new SettingsInvalid({ problems: [`${missing}: is not set, and TLS needs both a certificate and its key`] });
  }
  return {
    certFile: tlsCertFile,
    keyFile: tlsKeyFile,
    ...(tlsKeyPassphrase !== null && { passphrase: tlsKeyPassphrase }),
  };
}
