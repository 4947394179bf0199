import type { RequestHeaders } from "../../core/index.js";
import { matchesStrongly, matchesWeakly, parseEntityTags } from "./entity-tag.js";
import { parseHttpDate } from "./http-date.js";

/** What tells one version of a resource from another. */
export interface Validators {
  /** As `entityTag` makes it. */
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  /** Whether there is anything yet. Default true; false for what a PUT is about to make. */
  readonly exists?: boolean | undefined;
}

/** What a client's conditions come to: go on, 304 or 412. */
export type PreconditionOutcome = "met" | "not modified" | "failed";

const withoutConditions = new Set(["CONNECT", "OPTIONS", "TRACE"]);

/**
 * Evaluates `If-Match`, `If-Unmodified-Since`, `If-None-Match` and `If-Modified-Since` in the order of RFC 9110
 * §13.2.2.
 */
export function checkPreconditions(
  method: string,
  headers: RequestHeaders,
  { etag, lastModified, exists = true }: Validators,
): PreconditionOutcome {
  if (withoutConditions.has(method)) return "met";
  const isRead = method === "GET" || method === "HEAD";
  const modified = lastModified === undefined || !exists ? undefined : wholeSeconds(lastModified);

  const ifMatch = listed(headers, "if-match");
  if (ifMatch !== undefined) {
    if (!exists || !names(ifMatch, etag, matchesStrongly)) return "failed";
  } else {
    const since = dateOf(headers, "if-unmodified-since");
    if (since !== undefined && modified !== undefined && modified > since) return "failed";
  }

  const ifNoneMatch = listed(headers, "if-none-match");
  if (ifNoneMatch !== undefined) {
    if (exists && names(ifNoneMatch, etag, matchesWeakly)) return isRead ? "not modified" : "failed";
  } else if (isRead) {
    const since = dateOf(headers, "if-modified-since");
    if (since !== undefined && modified !== undefined && modified <= since) return "not modified";
  }
  return "met";
}

/** Whether a `Range` counts: there is no `If-Range`, or it names this very version (RFC 9110 §13.1.5). */
export function meetsIfRange(headers: RequestHeaders, { etag, lastModified }: Validators): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === undefined) return true;
  const tags = parseEntityTags(ifRange);
  if (tags.length > 0) return tags !== "*" && etag !== undefined && matchesStrongly(tags[0] ?? "", etag);
  return lastModified !== undefined && parseHttpDate(ifRange) === wholeSeconds(lastModified);
}

function listed(headers: RequestHeaders, name: string): "*" | readonly string[] | undefined {
  // Hardly any request has one, and looking for one is cheaper than collecting all.
  return headers.has(name) ? parseEntityTags(headers.getAll(name).join(",")) : undefined;
}

function names(
  tags: "*" | readonly string[],
  etag: string | undefined,
  matches: (one: string, other: string) => boolean,
): boolean {
  if (tags === "*") return true;
  return etag !== undefined && tags.some((tag) => matches(tag, etag));
}

/** A header that is no date does not count, nor does one that is there twice. */
function dateOf(headers: RequestHeaders, name: string): number | undefined {
  if (!headers.has(name)) return undefined;
  const [date = "", ...others] = headers.getAll(name);
  return others.length === 0 ? parseHttpDate(date) : undefined;
}

/** HTTP dates have no fractions of seconds. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}
