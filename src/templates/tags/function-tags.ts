import { formatDate } from "../filters/date-format.js";
import { escapeHtml } from "../escape.js";
import { plainOf } from "../runtime/compare.js";
import { textOf } from "../safe-string.js";
import type { TemplateTag } from "../tag.js";
import { lorem } from "./lorem.js";
import { queryStringTag } from "./query-string.js";

/** What Python calls false: nothing, `false`, zero, empty texts and lists. */
function isNothing(value: unknown): boolean {
  const plain = plainOf(value);
  if (Array.isArray(plain)) return plain.length === 0;
  return plain === undefined || plain === null || plain === false || plain === 0 || plain === "";
}

const signs: Readonly<Record<string, string>> = {
  openblock: "{%",
  closeblock: "%}",
  openvariable: "{{",
  closevariable: "}}",
  openbrace: "{",
  closebrace: "}",
  opencomment: "{#",
  closecomment: "#}",
};

/** `{% firstof a b "neither" %}`: the first that is something. */
const firstOf: TemplateTag = {
  name: "firstof",
  render: ({ positional }) => positional.find((value) => !isNothing(value)) ?? "",
};

/** `{% now "Y-m-d" %}`: this moment, in the letters of the filter date; a time zone may follow. */
const now: TemplateTag = {
  name: "now",
  render: ({ positional: [format = "DATETIME_FORMAT", zone] }) =>
    formatDate(new Date(), textOf(format), zone === undefined ? "" : textOf(zone)),
};

/** `{% widthratio value max width %}`: `value / max * width`, rounded. */
const widthRatio: TemplateTag = {
  name: "widthratio",
  render({ positional }) {
    const [value = Number.NaN, max = Number.NaN, width = Number.NaN] = positional.map(Number);
    const ratio = Math.round((value / max) * width);
    return Number.isFinite(ratio) ? String(ratio) : "0";
  },
};

/** `{% templatetag "openblock" %}`: the signs that templates are made of. */
const templateTag: TemplateTag = {
  name: "templatetag",
  render({ positional: [name] }) {
    const sign = signs[String(name)];
    if (sign === undefined) throw new Error(`{% templatetag %} knows ${Object.keys(signs).join(", ")}, in quotes`);
    return sign;
  },
};

/** `{% cspNonce %}` in a `<script>` or `<style>` that the page's policy is to let through: `nonce="…"`. */
const nonceTag: TemplateTag = {
  name: "cspNonce",
  output: "html",
  render({ lookup }) {
    const nonce = lookup("cspNonce");
    return nonce === undefined || nonce === null || nonce === "" ? "" : `nonce="${escapeHtml(textOf(nonce))}"`;
  },
};

/** The tags that are functions. */
export const functionTags: readonly TemplateTag[] = [
  firstOf,
  lorem,
  nonceTag,
  now,
  queryStringTag,
  templateTag,
  widthRatio,
];
