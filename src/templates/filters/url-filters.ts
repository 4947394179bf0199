import type { TemplateFilter } from "../filter.js";
import { asText } from "./as-values.js";

/** Everything but letters, digits and `_.-~` and what stands in `safe`, percent-encoded. */
function urlEncode(value: unknown, safe: unknown): string {
  const left = safe === undefined ? "/" : asText(safe);
  return Array.from(asText(value))
    .map((character) => (left.includes(character) ? character : encodeURIComponent(toWellFormed(character))))
    .join("")
    .replace(/[!'()*]/g, (character) =>
      left.includes(character) ? character : `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}

/** Half of a pair of surrogates has no bytes. */
function toWellFormed(character: string): string {
  return /^[\uD800-\uDFFF]$/.test(character) ? "\uFFFD" : character;
}

// oxlint-disable-next-line no-control-regex -- they are what it is about
const scriptCharacters = new RegExp("[\\\\'\"<>&=;`$\\-\\u0000-\\u001F\\u007F\\u2028\\u2029]", "g");

function escapeJs(value: unknown): string {
  return asText(value).replace(
    scriptCharacters,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
}

/** Filters for what stands in addresses and in scripts, under Django's names. */
export const urlFilters: Readonly<Record<string, TemplateFilter>> = {
  escapejs: escapeJs,
  iriencode: {
    keepsSafe: true,
    run: (value: unknown) =>
      asText(value).replace(/[^\w/#%[\]=:;$&()+,!?*@'~.-]/gu, (character) =>
        encodeURIComponent(toWellFormed(character)),
      ),
  },
  urlencode: urlEncode,
};
