import { RedirectRefused } from "../errors.js";
import { HttpResponse, type ResponseOptions } from "./response.js";

const statuses = new Set([301, 302, 303, 307, 308]);

/** Longer ones are refused by browsers and proxies. */
const maxLength = 2048;

/**
 * Sends the client elsewhere: 302, or 301, 303, 307, 308 by `status`. `location` is percent-encoded where it must be.
 * Throws `RedirectRefused` for another status, a scheme that is not http or https, or more than 2,048 characters.
 *
 * A location that came from a client may lead to another site: look at it with `isLocalUrl` first.
 */
export function redirect(location: string, { status = 302, ...options }: ResponseOptions = {}): HttpResponse {
  if (!statuses.has(status)) throw new RedirectRefused({ problem: `${status} is no status of a redirect` });
  const encoded = encodeLocation(location);
  if (encoded.length > maxLength) throw new RedirectRefused({ problem: `its URL is over ${maxLength} characters` });
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(encoded)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    throw new RedirectRefused({ problem: `its URL begins with ${scheme}:` });
  }
  return new HttpResponse("", { ...options, status }).setHeader("location", encoded);
}

/** What is not allowed in a URI is encoded; what is encoded already stays (RFC 3986 §2). */
function encodeLocation(location: string): string {
  return location.replaceAll(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, (character) =>
    encodeURIComponent(Buffer.from(character).toString()),
  );
}

/** Options of `isLocalUrl`. */
export interface LocalUrlOptions {
  /** Other hosts, with their ports, that are as good as this site. */
  readonly allowedHosts?: readonly string[];
  /** Whether only https counts, for URLs that name a scheme. Default false. */
  readonly isSecure?: boolean;
}

/**
 * Whether a URL that came from a client, such as `next`, leads to this site, so that a redirect to it cannot be used
 * to send visitors elsewhere (Django's `url_has_allowed_host_and_scheme`). False for whatever browsers might read in
 * another way: `//host`, `\\host`, `/\host`, control characters, `javascript:`.
 */
export function isLocalUrl(url: string, { allowedHosts = [], isSecure = false }: LocalUrlOptions = {}): boolean {
  if (url === "" || url !== url.trim() || /\p{Cc}/u.test(url)) return false;
  // Browsers take a backslash for a slash.
  const slashed = url.replaceAll("\\", "/");
  if (slashed.startsWith("///")) return false;
  const base = "http://this.invalid";
  let parsed: URL;
  try {
    parsed = new URL(slashed, `${base}/`);
  } catch {
    return false;
  }
  const namesHost = slashed.startsWith("//") || /^[a-z][a-z0-9+.-]*:/i.test(slashed);
  if (!namesHost) return parsed.origin === base;
  if (!/^(?:https?:)?\/\/[^/]/i.test(slashed) || parsed.username !== "" || parsed.password !== "") return false;
  if (isSecure && parsed.protocol !== "https:" && !slashed.startsWith("//")) return false;
  return allowedHosts.some((host) => host.toLowerCase() === parsed.host);
}
