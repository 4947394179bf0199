import { type Reference, referenceOf } from "./reference.js";

/**
 * Comments and strings are matched so that nothing in them is; what is left are imports, `new URL("…", import.meta.url)`
 * and source maps. What looks like one in a template or a regular expression counts as well: a reference in a script
 * counts only where there is such a file.
 */
const pattern = new RegExp(
  [
    String.raw`//[#@]\s*sourceMappingURL=(?<map>\S+)`,
    String.raw`/\*[^]*?\*/`,
    String.raw`//[^\n]*`,
    String.raw`\b(?:from|import)\s*\(?\s*(?:"(?<import1>[^"\n]+)"|'(?<import2>[^'\n]+)')`,
    String.raw`\bnew\s+URL\(\s*(?:"(?<url1>[^"\n]+)"|'(?<url2>[^'\n]+)')\s*,\s*import\.meta\.url\s*\)`,
    String.raw`"(?:[^"\\\n]|\\[^])*"`,
    String.raw`'(?:[^'\\\n]|\\[^])*'`,
  ].join("|"),
  "dg",
);

/** What a script refers to by a path. Bare names (`import "lit"`) are for an import map. */
export function* jsReferences(text: string): Generator<Reference> {
  for (const match of text.matchAll(pattern)) {
    const path = referenceOf(match, ["import1", "import2", "url1", "url2"], false);
    if (path !== undefined && /^\.{0,2}\//.test(path.target)) yield path;
    const map = referenceOf(match, ["map"], false);
    if (map !== undefined) yield map;
  }
}
