import { OriginPatternInvalid } from "../../errors.js";

/** Where a page comes from, as a browser says it in `Origin`. */
interface Origin {
  readonly scheme: string;
  /** In lower case; IPv6 in brackets. */
  readonly host: string;
  /** The scheme's own where none is given. */
  readonly port: string;
}

type Test = (origin: Origin, text: string) => boolean;

const shape = /^(?:([a-z][a-z\d+.-]*):\/\/)?(\[[\da-f:.]+\]|[^/:?#@[\]\s,]+)(?::(\d{1,5}))?$/;
const hostShape = /^(?:\[[\da-f:.]+\]|[a-z\d_-]+(?:\.[a-z\d_-]+)*)$/;
const portOf: Readonly<Record<string, string>> = { http: "80", https: "443" };
/** A socket's handshake comes from a page of the scheme with the same protection. */
const pageScheme: Readonly<Record<string, string>> = { ws: "http", wss: "https" };

/**
 * Which origins are meant:
 *
 * - `https://app.example.com`: scheme, host and port, the scheme's own if none is given;
 * - `https://*.example.com`: every host below that one, not itself;
 * - `example.com`: that host, with any scheme and port;
 * - `.example.com`: that host and every one below it;
 * - `null`: what browsers say of files and sandboxed frames;
 * - `*`: any;
 * - a regular expression, which must fit the whole origin.
 */
export class OriginPatterns {
  readonly #exact = new Set<string>();
  readonly #tests: readonly Test[];
  /** Whether `*` is among them. */
  readonly areAny: boolean;

  /** Throws `OriginPatternInvalid`. */
  constructor(patterns: readonly (string | RegExp)[]) {
    this.areAny = patterns.includes("*");
    this.#tests = patterns.flatMap((pattern) => this.#testOf(pattern) ?? []);
  }

  /** Whether the value of an `Origin` header is one of them. */
  allows(header: string): boolean {
    if (this.areAny) return true;
    const text = header.toLowerCase();
    if (this.#exact.has(text)) return true;
    if (this.#tests.length === 0) return false;
    const origin = parseOrigin(text);
    return origin !== undefined && this.#tests.some((test) => test(origin, text));
  }

  #testOf(pattern: string | RegExp): Test | undefined {
    if (pattern instanceof RegExp) {
      const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags.replaceAll(/[gy]/g, ""));
      return (_origin, text) => whole.test(text);
    }
    const text = pattern.trim().toLowerCase();
    if (text === "*" || text === "null") {
      this.#exact.add(text);
      return undefined;
    }
    const wanted = parse(text.replace("*.", "").replace(/^\./, ""));
    if (wanted === undefined || !hostShape.test(wanted.host)) throw new OriginPatternInvalid({ pattern });
    if (wanted.scheme === "") {
      if (text.startsWith("*.") || wanted.port !== "") throw new OriginPatternInvalid({ pattern });
      const isWide = text.startsWith(".");
      return ({ host }) => host === wanted.host || (isWide && host.endsWith(`.${wanted.host}`));
    }
    if (text.includes("://*."))
      return ({ scheme, host, port }) =>
        scheme === wanted.scheme && port === wanted.port && host.endsWith(`.${wanted.host}`);
    this.#exact.add(originText(wanted));
    return ({ scheme, host, port }) => scheme === wanted.scheme && host === wanted.host && port === wanted.port;
  }
}

/** Whether an `Origin` header is that of the site itself, as the request knows it. */
export function isOwnOrigin(header: string, isSecure: boolean, host: string | undefined): boolean {
  if (host === undefined) return false;
  const scheme = isSecure ? "https" : "http";
  const text = header.toLowerCase();
  if (text === `${scheme}://${host}`) return true;
  const one = parseOrigin(text);
  const own = parseOrigin(`${scheme}://${host.toLowerCase()}`);
  return one !== undefined && own !== undefined && originText(one) === originText(own);
}

function parseOrigin(text: string): Origin | undefined {
  const origin = parse(text);
  return origin === undefined || origin.scheme === "" ? undefined : origin;
}

/** `scheme` is empty where none is given. */
function parse(text: string): Origin | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, given = "", host = "", port] = match;
  const scheme = pageScheme[given] ?? given;
  return { scheme, host, port: port ?? portOf[scheme] ?? "" };
}

function originText({ scheme, host, port }: Origin): string {
  return `${scheme}://${host}${port === portOf[scheme] ? "" : `:${port}`}`;
}
