import { SafeString } from "../safe-string.js";

const voidElements = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "source",
  "track",
  "wbr",
]);

/**
 * The beginning of `html`, so many characters (the dots among them) or words of its text, with every tag closed that it
 * opens.
 */
export function truncateHtml(html: string, length: number, unit: "characters" | "words"): SafeString {
  const open: string[] = [];
  const pattern = unit === "words" ? /<[^>]*>|[^<\s]+|\s+|</g : /<[^>]*>|&#?\w+;|[\s\S]/gu;
  const pieces = [...html.matchAll(pattern)].map(([piece]) => piece);
  if (unit === "characters" && pieces.filter((piece) => !isTag(piece)).length <= length) return new SafeString(html);
  let made = "";
  /** Where a tag was opened that nothing is left to stand in. */
  let cut: { readonly made: string; readonly open: readonly string[] } | undefined;
  let left = unit === "characters" ? length - 1 : length;
  for (const piece of pieces) {
    const tag = /^<(\/?)([a-z][a-z\d-]*)/i.exec(piece);
    if (tag === null) {
      const counts = unit === "characters" || piece.trim() !== "";
      if (counts && left <= 0) {
        const kept = cut ?? { made, open };
        const closing = kept.open.toReversed().map((name) => `</${name}>`);
        return new SafeString(`${unit === "words" ? `${kept.made.trimEnd()} ` : kept.made}…${closing.join("")}`);
      }
      if (counts) left -= 1;
    } else {
      const name = (tag[2] ?? "").toLowerCase();
      if (tag[1] === "/") {
        const at = open.lastIndexOf(name);
        if (at !== -1) open.splice(at);
      } else if (!voidElements.has(name) && !piece.endsWith("/>")) {
        if (left <= 0) cut ??= { made, open: [...open] };
        open.push(name);
      }
    }
    made += piece;
  }
  return new SafeString(made);
}

function isTag(piece: string): boolean {
  return /^<\/?[a-z]/i.test(piece) && piece.endsWith(">");
}
