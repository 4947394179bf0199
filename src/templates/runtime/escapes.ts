import { Drop } from "liquidjs";

import { escapeHtml } from "../escape.js";
import { SafeString, textOf } from "../safe-string.js";

const special = /[&<>"']/;

/** Between tags: what is safe goes out as it is. */
export function escapeText(value: unknown): string {
  if (typeof value === "string") return special.test(value) ? escapeHtml(value) : value;
  if (typeof value === "number") return `${value}`;
  return escapeOther(value);
}

function escapeOther(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof SafeString) return value.toString();
  if (Array.isArray(value)) return value.map(escapeText).join("");
  return escapeHtml(plainText(value));
}

/** As text, without any escape: for mails. */
export function plainText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(plainText).join("");
  const held: unknown = value instanceof Drop ? value.valueOf() : value;
  return held === value ? textOf(value) : plainText(held);
}

/** In a quoted attribute: what is safe keeps its entities, but cannot end the attribute. */
export function escapeAttribute(value: unknown): string {
  if (!(value instanceof SafeString)) return escapeText(value);
  return value.toString().replace(/[<>"']/g, escapeHtml);
}

/** In an attribute without quotes, which a blank would end. */
export function escapeUnquoted(text: string): string {
  return text === "" ? '""' : text.replace(/[\s`=]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What stands for something that must not stand there; to be found in a page by those who wonder. */
export const refused = "hotclub-refused";

/** Schemes that a link may have. Everything without a scheme is part of this site. */
const schemes = new Set([
  "http",
  "https",
  "mailto",
  "tel",
  "sms",
  "ftp",
  "sftp",
  "geo",
  "webcal",
  "xmpp",
  "irc",
  "ircs",
  "magnet",
  "cid",
]);
const images = /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon);base64,[\w+/=]*$/i;

/** Whether `url` can be put into `href` and the like: browsers leave out blanks and control characters before they look. */
export function isHarmlessUrl(url: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  const seen = url.replace(/[\u0000-\u0020\u007F-\u009F]/g, "");
  const end = seen.search(/[:/?#]/);
  if (end === -1 || seen[end] !== ":") return true;
  return schemes.has(seen.slice(0, end).toLowerCase()) || images.test(seen);
}

/** In an attribute that holds an address, as long as a scheme can come of it: `javascript:` is refused, safe or not. */
export function escapeUrl(value: unknown): string {
  const text = value instanceof SafeString ? unescapeHtml(value.toString()) : plainText(value);
  return isHarmlessUrl(text) ? escapeHtml(text) : `#${refused}`;
}

function unescapeHtml(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#34|#39|#x27);/g, (entity) => entities[entity] ?? entity);
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#34;": '"',
  "&#39;": "'",
  "&#x27;": "'",
};

/** In a style sheet, or in `style`: words, numbers, colours and lists of them. */
export function escapeCss(value: unknown): string {
  const text = plainText(value);
  return /^[\p{L}\p{N} .,%#+_-]*$/u.test(text) ? text : refused;
}

const namesOfScripts = /^(?:on|style$|srcdoc$|href$|src$|action$|formaction$|data$|xlink:href$|xml:base$)/i;

/** Where an attribute can stand: its name. What is safe can be whole attributes. */
export function escapeAttributeName(value: unknown): string {
  if (value instanceof SafeString) return value.toString();
  const text = plainText(value);
  if (text === "") return "";
  return /^[a-z][\w:.-]*$/i.test(text) && !namesOfScripts.test(text) ? text : `data-${refused}`;
}

const elementsWithPower =
  /^(?:script|style|iframe|object|embed|base|link|meta|template|noscript|frame|frameset|svg|math|xmp|plaintext|title|textarea)$/i;

/** In the name of an element, `before` being what stands of it already: `<h{{ level }}>`. */
export function escapeTagName(value: unknown, before: string): string {
  const text = plainText(value);
  if (before !== "" ? /^\d*$/.test(text) : /^[a-z][a-z\d-]*$/i.test(text) && !elementsWithPower.test(text)) return text;
  return before === "" ? refused : "";
}

/** In `srcdoc`, which holds a page: escaped for that page, then for the attribute. */
export function escapeSrcdoc(value: unknown): string {
  return escapeHtml(escapeText(value));
}

// oxlint-disable-next-line no-control-regex -- they are what it is about
const scriptCharacters = /[\\'"`<>&$\u0000-\u001F\u007F\u2028\u2029]/g;

/** Within quotes of a script; also in an attribute that holds one. */
export function escapeScriptString(value: unknown): string {
  return plainText(value).replace(scriptCharacters, escapeUnicode);
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** JSON as a script can hold it: nothing in it ends the script, or begins a comment. */
export function escapeScriptJson(value: unknown): string {
  return plainText(value).replace(/[<>&\u2028\u2029]/g, escapeUnicode);
}
