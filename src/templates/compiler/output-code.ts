import { TemplateInvalid } from "../errors.js";
import { type HtmlState, isHandler, isUrl } from "./html-state.js";

/** What writes the code of a template, as far as outputs need it. */
interface Writer {
  readonly html: HtmlState;
  /** A variable that is `atom`, awaited and made HTML by itself where it can. */
  settled(atom: string): string;
}

/** Filters that say that a value can go out as it is. */
export const vouchingFilters: ReadonlySet<string> = new Set(["safe", "raw"]);

/**
 * The code of an output: what stands between tags is escaped for that, an attribute for an attribute; an address keeps
 * to harmless schemes; a style to words, numbers and colours; and what would become part of a script says how by a
 * filter. `origin`: a value, or what a tag gives as text, or as HTML.
 */
export function outputCode(
  writer: Writer,
  atom: string,
  filter: string | undefined,
  origin: "value" | "tag" | "html",
): string {
  const { html } = writer;
  const settled = writer.settled(atom);
  const value = origin === "html" ? `safe(${settled})` : settled;
  if (html.kind === "plain" || (filter !== undefined && vouchingFilters.has(filter))) return `plainText(${value})`;
  if (html.kind === "text" || html.kind === "comment") return `escapeText(${value})`;
  if (html.kind === "script") return scriptCode(html, value, filter, origin);
  if (html.kind === "style") return `escapeCss(${value})`;
  if (html.kind === "tagName") return `escapeTagName(${value}, ${JSON.stringify(html.element)})`;
  if (html.kind !== "value" && html.kind !== "beforeValue") return `escapeAttributeName(${value})`;
  const code = attributeCode(html, value, filter, origin);
  return html.quote === "" ? `escapeUnquoted(${code})` : code;
}

function attributeCode(html: HtmlState, value: string, filter: string | undefined, origin: string): string {
  if (isHandler(html)) return `escapeAttribute(${scriptCode(html, value, filter, origin)})`;
  if (html.attribute === "style") return `escapeCss(${value})`;
  if (html.attribute === "srcdoc") return `escapeSrcdoc(${value})`;
  if (isUrl(html) && (html.kind === "beforeValue" || html.url === "scheme")) return `escapeUrl(${value})`;
  return `escapeAttribute(${value})`;
}

const quotes: ReadonlySet<string> = new Set(['"', "'", "`"]);

function scriptCode({ scriptQuote }: HtmlState, value: string, filter: string | undefined, origin: string): string {
  const isQuoted = quotes.has(scriptQuote);
  if (isQuoted && filter === "escapejs") return `plainText(${value})`;
  if (isQuoted && origin === "tag") return `escapeScriptString(${value})`;
  if (!isQuoted && (filter === "json" || filter === "jsonify")) return `escapeScriptJson(${value})`;
  throw new TemplateInvalid({ problem: problemInScript(isQuoted, filter, origin) });
}

function problemInScript(isQuoted: boolean, filter: string | undefined, origin: string): string {
  if (isQuoted) {
    if (filter === "json" || filter === "jsonify")
      return "JSON brings its own quotes: take those away that stand around it.";
    return "Within quotes of a script a value needs the filter escapejs; without quotes, json.";
  }
  if (filter === "escapejs" || origin === "tag") return "In a script this must stand within quotes.";
  return "In a script a value needs the filter json (or escapejs, within quotes); or give it to the page by json_script.";
}
