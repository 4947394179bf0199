import { type Reference, referenceOf } from "./reference.js";

/** Comments and strings are matched so that nothing in them is; what is left are `url()`, `@import` and source maps. */
const pattern = new RegExp(
  [
    String.raw`/\*#\s*sourceMappingURL=(?<map>[^\s*]+)\s*\*/`,
    String.raw`/\*[^]*?\*/`,
    String.raw`@import\s+(?:"(?<import1>[^"\n]*)"|'(?<import2>[^'\n]*)')`,
    String.raw`\burl\(\s*(?:"(?<url1>[^"\n]*)"|'(?<url2>[^'\n]*)'|(?<url3>[^"'()\s]+))\s*\)`,
    String.raw`"(?:[^"\\\n]|\\[^])*"`,
    String.raw`'(?:[^'\\\n]|\\[^])*'`,
  ].join("|"),
  "dgi",
);

/** What a stylesheet refers to. */
export function* cssReferences(text: string): Generator<Reference> {
  for (const match of text.matchAll(pattern)) {
    const needed = referenceOf(match, ["import1", "import2", "url1", "url2", "url3"], true);
    const reference = needed ?? referenceOf(match, ["map"], false);
    if (reference !== undefined) yield reference;
  }
}
