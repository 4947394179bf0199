import { env, readSettings, type SettingsOf, type SettingSpec } from "./settings.js";

/** The settings that Hotclub itself reads, by the name they have in code. */
export const frameworkSettings = {
  /** Show stack, source and request on error pages. Never in production. Default false. */
  debug: env.boolean("DEBUG", { default: false }),
  /**
   * Signs cookies and tokens. At least 32 characters. Not set: outside `NODE_ENV=production` a key is made once and
   * kept beside the project; in production the start fails.
   */
  secretKey: env.string("SECRET_KEY", { minLength: 32, default: null }),
  /** Old secret keys: signatures made with them are still accepted, new ones are not made with them. */
  secretKeyFallbacks: env.list("SECRET_KEY_FALLBACKS", { default: [] as readonly string[] }),
  /** Host names this site answers to; `.example.com` includes subdomains, `*` any. Empty: this machine's own names. */
  allowedHosts: env.list("ALLOWED_HOSTS", { default: [] as readonly string[] }),
  /** Origins other than the site's own whose pages may send to it and open sockets: `https://app.example.com`. */
  trustedOrigins: env.list("TRUSTED_ORIGINS", { default: [] as readonly string[] }),
  /** Send requests that come without TLS to `https`, and refuse such sockets. Default false. */
  httpsRedirect: env.boolean("HTTPS_REDIRECT", { default: false }),
  /** Whose `X-Forwarded-*` and `X-Request-Id` are believed: addresses, networks, `loopback`, `unix`. Default nobody's. */
  trustedProxies: env.list("TRUSTED_PROXIES", { default: [] as readonly string[] }),
  /** The address to listen on. */
  host: env.string("HOST", { default: "127.0.0.1" }),
  /** The port to listen on; 0 takes a free one. */
  port: env.integer("PORT", { default: 8000, min: 0, max: 65_535 }),
  /** The path of a Unix socket to listen on instead of host and port. */
  unixSocket: env.string("UNIX_SOCKET", { default: null }),
  /** How many processes serve, with one more that starts and restarts them; 0 for one per core. Not set: this one alone. */
  processes: env.integer("PROCESSES", { default: null, min: 0, max: 1024 }),
  /** What speaks HTTP and WebSocket: `uws` (uWebSockets.js), `node` (node:http), or `auto`: `uws` where it loads. */
  server: env.oneOf("SERVER", ["auto", "uws", "node"], { default: "auto" }),
  /** A certificate chain (PEM file) for HTTPS and WSS; looked at again every minute. With `TLS_KEY_FILE`. */
  tlsCertFile: env.string("TLS_CERT_FILE", { default: null }),
  /** The key of the certificate (PEM file). */
  tlsKeyFile: env.string("TLS_KEY_FILE", { default: null }),
  /** What the key is encrypted with. */
  tlsKeyPassphrase: env.string("TLS_KEY_PASSPHRASE", { default: null }),
  /** `sqlite:path/to/file` (or `sqlite::memory:`), or `postgres://user:password@host/name`. */
  databaseUrl: env.url("DATABASE_URL", { schemes: ["sqlite", "postgres", "postgresql"], default: "sqlite:db.sqlite3" }),
  /**
   * Whether a process that starts applies migrations. `auto`: on SQLite, and outside of `NODE_ENV=production`; elsewhere
   * it says which are missing.
   */
  migrateOnStart: env.oneOf("MIGRATE_ON_START", ["auto", "always", "never"], { default: "auto" }),
  /**
   * Set: the channel layer and the tasks use this Redis. Not set: both live in this process. One `redis://…`, several
   * with commas between them, `redis+sentinel://…` or `redis+cluster://…`; `rediss` is TLS.
   */
  redisUrl: env.url("REDIS_URL", {
    schemes: ["redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"],
    default: null,
  }),
  /**
   * Where the cache is: `memory:`, `database:` (with `cacheApp`) or `redis://…`. Not set: in Redis where `REDIS_URL` is,
   * otherwise in the memory of each process.
   */
  cacheUrl: env.string("CACHE_URL", { default: null }),
  /** What the keys of the cache begin with, where several sites share one. */
  cachePrefix: env.string("CACHE_PREFIX", { default: "" }),
  /**
   * How mail is sent: `smtp://user:password@host`, `smtps://…`, `console:`, `file:directory` or `memory:`. Not set: outside
   * of `NODE_ENV=production` it is written to the terminal; in production there is no mailer.
   */
  mailUrl: env.string("MAIL_URL", { default: null }),
  /** Who writes mail that does not say so: `hello@example.com`. */
  mailFrom: env.string("MAIL_FROM", { default: null }),
  /** The time zone of days and hours where no other is active: `Europe/Paris`. Default UTC. */
  timeZone: env.string("TIME_ZONE", { default: "UTC" }),
  /** The least serious line that is logged. */
  logLevel: env.oneOf("LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "fatal", "silent"], { default: "info" }),
  /** How log lines look; `auto` is pretty in a terminal and JSON otherwise. */
  logFormat: env.oneOf("LOG_FORMAT", ["auto", "pretty", "json"], { default: "auto" }),
  /** What the URLs of static files begin with: a path, or an address on another host that fetches them from here. */
  staticUrl: env.string("STATIC_URL", { default: "/static/" }),
  /** The directory that `hotclub collectstatic` collects static files in, and that they are served from then. */
  staticRoot: env.string("STATIC_ROOT", { default: "staticfiles" }),
  /** What the URLs of files begin with that people uploaded: a path, which is then served here, or another host's. */
  mediaUrl: env.string("MEDIA_URL", { default: "/media/" }),
  /** The directory that uploaded files are kept in. */
  mediaRoot: env.string("MEDIA_ROOT", { default: "media" }),
  /** The largest request body that is read into memory, in bytes. Default 2.5 MiB (Django's). */
  maxBodyBytes: env.integer("MAX_BODY_BYTES", { default: 2_621_440, min: 0 }),
  /** The largest WebSocket message, in bytes. Larger ones close the socket with 1009. Default 1 MiB (Daphne's). */
  maxWebSocketMessageBytes: env.integer("MAX_WEBSOCKET_MESSAGE_BYTES", { default: 1_048_576, min: 125 }),
  /** The most that request line and headers may take together, in bytes. Default 16 KiB. */
  maxHeaderBytes: env.integer("MAX_HEADER_BYTES", { default: 16_384, min: 1024 }),
  /** How long the headers of a request may take, in milliseconds. `uws` keeps to 10 s. */
  headersTimeoutMs: env.integer("HEADERS_TIMEOUT_MS", { default: 10_000, min: 1 }),
  /** How long a connection may be idle between two requests, in milliseconds. `uws` keeps to 10 s. */
  keepAliveTimeoutMs: env.integer("KEEP_ALIVE_TIMEOUT_MS", { default: 10_000, min: 1 }),
  /** How long nothing may come of a request's body, in milliseconds. */
  bodyTimeoutMs: env.integer("BODY_TIMEOUT_MS", { default: 10_000, min: 1 }),
  /** How long a client may take nothing of a response, in milliseconds. `uws` keeps to 10 s. */
  sendTimeoutMs: env.integer("SEND_TIMEOUT_MS", { default: 10_000, min: 1 }),
  /** A socket that is silent this long, pings included, is closed, in seconds; 0 for never. */
  webSocketIdleTimeoutS: env.integer("WEBSOCKET_IDLE_TIMEOUT_S", { default: 120, min: 0, max: 960 }),
  /** Whether WebSocket messages are compressed for clients that offer it. */
  webSocketCompression: env.boolean("WEBSOCKET_COMPRESSION", { default: false }),
  /** Whether the server answers `/-/live` and `/-/ready`. */
  healthEndpoints: env.boolean("HEALTH_ENDPOINTS", { default: true }),
  /** How long a stop goes on serving after `/-/ready` has turned to 503, in milliseconds: what a load balancer needs to see it. */
  shutdownDelayMs: env.integer("SHUTDOWN_DELAY_MS", { default: 0, min: 0 }),
  /** Over how long a stop closes the sockets, in milliseconds, so that their clients do not all come back at once. */
  shutdownSpreadMs: env.integer("SHUTDOWN_SPREAD_MS", { default: 0, min: 0 }),
  /** How long a stop waits for requests, sockets and tasks before it cuts them, in milliseconds. Default 10 s. */
  shutdownTimeoutMs: env.integer("SHUTDOWN_TIMEOUT_MS", { default: 10_000, min: 0 }),
} satisfies Record<string, SettingSpec<unknown>>;

/** The values of Hotclub's own settings. */
export type FrameworkSettings = SettingsOf<typeof frameworkSettings>;

/**
 * Reads Hotclub's settings and the project's `own` from the environment, once, at start:
 *
 * ```ts
 * export const settings = defineSettings({ pageSize: env.integer("PAGE_SIZE", { default: 50 }) });
 * settings.pageSize;    // number
 * settings.databaseUrl; // string
 * ```
 *
 * Throws one `SettingsInvalid` that lists every bad or missing setting. An own setting replaces Hotclub's of the same
 * name and must yield the same type.
 */
export function defineSettings<const Own extends Record<string, SettingSpec<unknown>> = {}>(
  own?: Own & { readonly [Name in keyof Own & keyof FrameworkSettings]: SettingSpec<FrameworkSettings[Name]> },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): FrameworkSettings & SettingsOf<Own> {
  const values = readSettings({ ...frameworkSettings, ...own }, environment);
  return values as unknown as FrameworkSettings & SettingsOf<Own>;
}
