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

/** The beginning of `html`, so many characters or words of its text, with every tag closed that it opens. */
export function truncateHtml(html: string, length: number, unit: "characters" | "words"): SafeString {
  const open: string[] = [];
  const pattern = unit === "words" ? /<[^>]*>|[^<\s]+|\s+|</g : /<[^>]*>|&#?\w+;|[\s\S]/gu;
  let made = "";
  let left = length;
  for (const [piece] of html.matchAll(pattern)) {
    const tag = /^<(\/?)([a-z][a-z\d-]*)/i.exec(piece);
    if (tag === null) {
      const counts = unit === "characters" || piece.trim() !== "";
      if (counts && left <= 0) {
        const closing = open.toReversed().map((name) => `</${name}>`);
        return new SafeString(`${made.trimEnd()}${unit === "words" ? " " : ""}…${closing.join("")}`);
      }
      if (counts) left -= 1;
    } else {
      const name = (tag[2] ?? "").toLowerCase();
      if (tag[1] === "/") {
        const at = open.lastIndexOf(name);
        if (at !== -1) open.splice(at);
      } else if (!voidElements.has(name) && !piece.endsWith("/>")) open.push(name);
    }
    made += piece;
  }
  return new SafeString(made);
}
