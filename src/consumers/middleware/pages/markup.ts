import { escapeHtml } from "../../../templates/index.js";

/** HTML that is safe to send as it is. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** What may stand in a page: text, which is escaped, or markup, one or many. */
export type Content = string | number | Markup | undefined | false | readonly Content[];

/** Makes markup of a template whose every value is escaped, unless it is markup itself. */
export type MarkupTag = (pieces: TemplateStringsArray, ...values: readonly Content[]) => Markup;

/** The tag for pages whose texts go through `clean` first, which takes out what must not be seen. */
export function markupTag(clean: (text: string) => string): MarkupTag {
  const render = (value: Content): string => {
    if (value === undefined || value === false) return "";
    if (value instanceof Markup) return value.html;
    if (typeof value === "object") return value.map(render).join("");
    return escapeHtml(clean(String(value)));
  };
  return (pieces, ...values) =>
    new Markup(pieces.map((piece, index) => piece + (index < values.length ? render(values[index]) : "")).join(""));
}
