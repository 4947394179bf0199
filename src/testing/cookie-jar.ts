import { readSetCookie, type ReceivedCookie, serializeCookie } from "../protocol/index.js";

interface Kept extends ReceivedCookie {
  readonly host: string;
  readonly path: string;
}

/** The cookies of a client, kept and sent as browsers do (RFC 6265 §5): by host, path, TLS and time. */
export class CookieJar {
  readonly #cookies = new Map<string, Kept>();

  /** The value of a cookie, or `undefined`. */
  get(name: string): string | undefined {
    return [...this.#alive()].find((cookie) => cookie.name === name)?.value;
  }

  /** Sets a cookie, as if the site at `host` had. */
  set(name: string, value: string, host = "localhost"): void {
    this.keep([serializeCookie(name, value)], new URL(`http://${host}/`));
  }

  delete(name: string): void {
    for (const [key, cookie] of this.#cookies) if (cookie.name === name) this.#cookies.delete(key);
  }

  clear(): void {
    this.#cookies.clear();
  }

  /** Every cookie that has not ended, by name. */
  entries(): ReadonlyMap<string, string> {
    return new Map([...this.#alive()].map(({ name, value }) => [name, value]));
  }

  /** Takes what a response from `url` sets. */
  keep(headers: readonly string[], url: URL): void {
    for (const header of headers) {
      const cookie = readSetCookie(header);
      const host = url.hostname;
      // A site cannot set the cookies of another.
      if (cookie.domain !== undefined && !belongs(host, cookie.domain)) continue;
      if (cookie.secure && url.protocol !== "https:" && url.hostname !== "localhost") continue;
      const path = cookie.path?.startsWith("/") === true ? cookie.path : defaultPath(url.pathname);
      const key = [cookie.name, cookie.domain ?? host, path].join(";");
      this.#cookies.set(key, { ...cookie, host, path });
    }
  }

  /** The `Cookie` header for a request to `url`, longer paths first; `undefined` where there is none to send. */
  headerFor(url: URL): string | undefined {
    const cookies = [...this.#alive()]
      .filter(({ host, domain, path, secure }) => {
        const isHere = domain === undefined ? url.hostname === host : belongs(url.hostname, domain);
        const isSafe = !secure || url.protocol === "https:" || url.hostname === "localhost";
        return isHere && isSafe && isBelow(url.pathname, path);
      })
      .toSorted((one, other) => other.path.length - one.path.length);
    if (cookies.length === 0) return undefined;
    return cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("; ");
  }

  *#alive(): Generator<Kept> {
    const now = Date.now();
    for (const [key, cookie] of this.#cookies) {
      if (cookie.expires !== undefined && cookie.expires.getTime() <= now) this.#cookies.delete(key);
      else yield cookie;
    }
  }
}

function belongs(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function defaultPath(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(parent.endsWith("/") ? parent : `${parent}/`);
}
