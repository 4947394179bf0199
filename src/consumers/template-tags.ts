import type { TemplateTag } from "../templates/index.js";
import type { Reverse } from "./routing/reverse.js";

/**
 * The tags that need the project's routes and files: `{% url "room" slug=room.slug %}` and
 * `{% static "chat/chat.css" %}`. `staticPrefix` is what static files are served under.
 */
export function templateTags(reverse: Reverse, staticPrefix: string): readonly TemplateTag[] {
  return [
    { name: "url", render: ({ positional: [name], named }) => reverse(String(name), named) },
    {
      name: "static",
      render: ({ positional: [path] }) => staticPrefix + String(path).split("/").map(encodeURIComponent).join("/"),
    },
  ];
}
