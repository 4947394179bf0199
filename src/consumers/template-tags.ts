import { escapeHtml, type TemplateTag } from "../templates/index.js";
import { CsrfTokenMissing } from "./errors.js";
import { csrfField } from "./middleware/csrf/csrf-token.js";
import type { Reverse } from "./routing/reverse.js";

/** The hidden field of a form that proves that a page of this site sent it. */
const csrfTag: TemplateTag = {
  name: "csrf",
  output: "html",
  render({ lookup }) {
    const token = lookup("csrfToken");
    if (typeof token !== "string") throw new CsrfTokenMissing();
    return `<input type="hidden" name="${csrfField}" value="${escapeHtml(token)}">`;
  },
};

/**
 * The tags that need the project's routes and files, and the request: `{% url "room" slug=room.slug %}`,
 * `{% static "chat/chat.css" %}` and, within a form, `{% csrf %}`. `staticUrl` gives the URL of a static file.
 */
export function templateTags(reverse: Reverse, staticUrl: (name: string) => string): readonly TemplateTag[] {
  return [
    csrfTag,
    { name: "url", render: ({ positional: [name], named }) => reverse(String(name), named) },
    { name: "static", render: ({ positional: [name] }) => staticUrl(String(name)) },
  ];
}
