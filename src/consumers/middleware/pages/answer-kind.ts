import type { HttpScope } from "../../../core/index.js";
import { preferredType } from "../../request/accept.js";

/** What a client reads an error as. */
export type AnswerKind = "html" | "json" | "text";

const kinds = {
  "text/plain": "text",
  "application/json": "json",
  "application/problem+json": "json",
  "text/html": "html",
  "application/xhtml+xml": "html",
} as const satisfies Record<string, AnswerKind>;

const offers = Object.keys(kinds) as (keyof typeof kinds)[];

/**
 * What to answer an error as, by what the client accepts. One that takes anything gets JSON where it sends JSON itself,
 * and otherwise plain text, which a person in front of a terminal can read, too.
 */
export function answerKind({ headers }: HttpScope): AnswerKind {
  const accept = headers.get("accept");
  const isAny = accept === undefined || /^\s*\*\/\*\s*(?:;|$)/.test(accept);
  if (isAny) return /^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get("content-type") ?? "") ? "json" : "text";
  const preferred = preferredType(accept, offers);
  if (preferred !== undefined) return kinds[preferred];
  // `application/vnd.github+json`, say.
  return /\+json\b/i.test(accept) ? "json" : "text";
}
