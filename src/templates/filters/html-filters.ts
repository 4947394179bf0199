import { escapeHtml } from "../escape.js";
import type { TemplateFilter } from "../filter.js";
import { escapeText, isHarmlessUrl, plainText } from "../runtime/escapes.js";
import { SafeString, toHtml } from "../safe-string.js";
import { asList, asNumber, asText } from "./as-values.js";
import { truncated } from "./text-filters.js";
import { truncateHtml } from "./truncate-html.js";

function making(run: (value: unknown, ...args: unknown[]) => unknown): TemplateFilter {
  return { run, seesSafe: true };
}

function vouch(value: unknown): unknown {
  if (value === undefined || value === null || value instanceof SafeString) return value;
  if (typeof value === "object" && toHtml in value) return value;
  return new SafeString(plainText(value));
}

function escaped(value: unknown): SafeString {
  return new SafeString(escapeText(value));
}

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#34|#39);/g, (entity) => entities[entity] ?? entity);
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#34;": '"',
  "&#39;": "'",
};

function paragraphs(value: unknown): SafeString {
  const text = escapeText(value).replace(/\r\n?/g, "\n").trim();
  const parts = text.split(/\n{2,}/).map((part) => `<p>${part.replaceAll("\n", "<br>")}</p>`);
  return new SafeString(text === "" ? "" : parts.join("\n\n"));
}

function lineNumbers(value: unknown): SafeString {
  const lines = escapeText(value).split("\n");
  const width = String(lines.length).length;
  return new SafeString(lines.map((line, index) => `${String(index + 1).padStart(width, "0")}. ${line}`).join("\n"));
}

function unorderedList(value: unknown, indent = "\t"): string {
  const items = asList(value);
  const lines: string[] = [];
  items.forEach((item, index) => {
    if (Array.isArray(item)) return;
    const next = items[index + 1];
    const inner = Array.isArray(next)
      ? `\n${indent}<ul>\n${unorderedList(next, `${indent}\t`)}\n${indent}</ul>\n${indent}`
      : "";
    lines.push(`${indent}<li>${escapeText(item)}${inner}</li>`);
  });
  return lines.join("\n");
}

const link = /(?:https?:\/\/|www\.)[^\s<>"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

/** Makes links of addresses in a text, or in safe HTML, as far as they are not links already. */
function urlize(value: unknown, limit = Number.POSITIVE_INFINITY): SafeString {
  if (value instanceof SafeString) {
    let depth = 0;
    const parts = value.toString().split(/(<[^>]*>)/);
    const text = parts.map((part) => {
      if (/^<a[\s>]/i.test(part)) depth += 1;
      if (/^<\/a/i.test(part)) depth -= 1;
      return part.startsWith("<") || depth > 0 ? part : linked(unescaped(part), limit);
    });
    return new SafeString(text.join(""));
  }
  return new SafeString(linked(plainText(value), limit));
}

function linked(text: string, limit: number): string {
  let made = "";
  let end = 0;
  for (const match of text.matchAll(link)) {
    const address = withoutClosing(match[0]);
    const url = address.includes("://")
      ? address
      : /^www\./i.test(address)
        ? `https://${address}`
        : `mailto:${address}`;
    made += escapeHtml(text.slice(end, match.index));
    const rel = url.startsWith("mailto:") ? "" : ' rel="nofollow"';
    made += isHarmlessUrl(url)
      ? `<a href="${escapeHtml(url)}"${rel}>${escapeHtml(truncated(address, limit))}</a>`
      : escapeHtml(address);
    end = match.index + address.length;
  }
  return made + escapeHtml(text.slice(end));
}

/** What closes a sentence, or a bracket that was opened before, is not part of an address. */
function withoutClosing(found: string): string {
  let address = found;
  const count = (bracket: string): number => address.split(bracket).length - 1;
  while (/[.,:;!?]$/.test(address) || (address.endsWith(")") && count(")") > count("(")))
    address = address.slice(0, -1);
  return address;
}

/** JSON in a `<script>` that is not run, for scripts to read: nothing in it can end it. */
function jsonScript(value: unknown, id: unknown): SafeString {
  const json = (JSON.stringify(value) ?? "null").replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
  const attribute = id === undefined ? "" : ` id="${escapeHtml(asText(id))}"`;
  return new SafeString(`<script${attribute} type="application/json">${json}</script>`);
}

function stripTags(value: unknown): string {
  let text = asText(value);
  // What is left may make a new tag of its ends.
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replace(/<!--[\s\S]*?(?:-->|$)|<\/?[a-z!?][^<>]*(?:>|$)/gi, "");
  }
  return text;
}

/** Filters that make HTML, or take it away. */
export const htmlFilters: Readonly<Record<string, TemplateFilter>> = {
  escape: making(escaped),
  escape_once: making((value) =>
    value instanceof SafeString ? value : new SafeString(escapeHtml(unescaped(plainText(value)))),
  ),
  escapeseq: making((value) => asList(value).map(escaped)),
  force_escape: making((value) => new SafeString(escapeHtml(plainText(value)))),
  json_script: making((value, id) => jsonScript(value, id)),
  linebreaks: making(paragraphs),
  linebreaksbr: making((value) => new SafeString(escapeText(value).replace(/\r\n?|\n/g, "<br>"))),
  linenumbers: making(lineNumbers),
  newline_to_br: making((value) => new SafeString(escapeText(value).replace(/\r?\n/g, "<br />\n"))),
  raw: making(vouch),
  safe: making(vouch),
  safeseq: making((value) => asList(value).map(vouch)),
  // What is left of safe HTML is text with its entities: it is not escaped again, unless something is left of a tag.
  striptags: making((value) => {
    const text = stripTags(value instanceof SafeString ? value.toString() : value);
    return value instanceof SafeString && !/[<>]/.test(text) ? new SafeString(text) : text;
  }),
  truncatechars_html: making((value, length) => truncateHtml(escapeText(value), asNumber(length) ?? 0, "characters")),
  truncatewords_html: making((value, length) => truncateHtml(escapeText(value), asNumber(length) ?? 0, "words")),
  unordered_list: making((value) => new SafeString(unorderedList(value))),
  urlize: making((value) => urlize(value)),
  urlizetrunc: making((value, limit) => urlize(value, asNumber(limit))),
  xml_escape: making(escaped),
};
