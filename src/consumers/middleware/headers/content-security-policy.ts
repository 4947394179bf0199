import { randomBytes } from "node:crypto";

import type { HeaderLine, HttpScope } from "../../../core/index.js";
import { ContentSecurityPolicyInvalid } from "../../errors.js";

/**
 * What a page may load and run, by directive: `{ "default-src": ["'self'"], "script-src": ["'self'", "'nonce'"] }`, or
 * as the header has it. `'nonce'` stands for the nonce of the request (`{{ cspNonce }}`).
 */
export type PolicySource = string | Readonly<Record<string, readonly string[]>>;

/** What stands for the nonce in a policy. */
const placeholder = "'nonce'";

/** The nonces of the requests that have asked for one. */
const nonces = new WeakMap<object, string>();

/**
 * The nonce of a request, for scripts and styles that stand in its page: `<script nonce="{{ cspNonce }}">`. It is made
 * when it is first asked for, and only then stands in the header.
 */
export function cspNonce(scope: HttpScope): string {
  let nonce = nonces.get(scope);
  if (nonce === undefined) nonces.set(scope, (nonce = randomBytes(16).toString("base64url")));
  return nonce;
}

/** Whether the page of this request asked for its nonce. */
export function hasCspNonce(scope: HttpScope): boolean {
  return nonces.has(scope);
}

/** A Content-Security-Policy (CSP level 3), with or without the nonce of a request. */
export class ContentSecurityPolicy {
  readonly header: string;
  readonly #withoutNonce: HeaderLine;
  /** What stands before, between and after nonces. */
  readonly #parts: readonly string[];

  /** Throws `ContentSecurityPolicyInvalid`. */
  constructor(header: string, source: PolicySource) {
    this.header = header;
    const text = typeof source === "string" ? source : textOf(source);
    if (!/^[\t\x20-\x7e]*$/.test(text))
      throw new ContentSecurityPolicyInvalid({ policy: text, problem: "holds characters that no header may" });
    if (/(?:^|\s)(?:self|none|unsafe-inline|unsafe-eval|nonce|strict-dynamic)(?=[\s;]|$)/.test(text))
      throw new ContentSecurityPolicyInvalid({ policy: text, problem: "has a keyword without its quotes ('self')" });
    this.#parts = text.split(placeholder);
    const withoutNonce = text
      .split(";")
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name = "", ...values]) => [name, ...values.filter((value) => value !== placeholder)].join(" "))
      .filter((directive) => directive !== "")
      .join("; ");
    this.#withoutNonce = [header, withoutNonce];
  }

  /** The header for a request. */
  lineFor(scope: HttpScope): HeaderLine {
    const nonce = this.#parts.length > 1 ? nonces.get(scope) : undefined;
    return nonce === undefined ? this.#withoutNonce : [this.header, this.#parts.join(`'nonce-${nonce}'`)];
  }
}

function textOf(directives: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(directives)
    .map(([name, values]) => {
      if (values.some((value) => /[;,]/.test(value)))
        throw new ContentSecurityPolicyInvalid({ policy: values.join(" "), problem: `has ; or , within ${name}` });
      return [name, ...values].join(" ");
    })
    .join("; ");
}
