import { SafeString } from "../safe-string.js";
import type { TemplateTag } from "../tag.js";

const words =
  "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis aute irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit anim id est laborum".split(
    " ",
  );

function some(count: number): string {
  return Array.from({ length: count }, (_, index) => words[index % words.length] ?? "").join(" ");
}

function paragraph(index: number): string {
  const text = some(words.length).split(" ");
  const turned =
    index === 0 ? text : [...text.slice((index * 7) % text.length), ...text.slice(0, (index * 7) % text.length)];
  const sentence = turned.join(" ");
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** `{% lorem 3 "p" %}`: so many paragraphs (`p`: in `<p>`, `b`: plain) or words (`w`) to try a page with. */
export const lorem: TemplateTag = {
  name: "lorem",
  render({ positional: [count = 1, kind = "b"] }) {
    const number = Math.max(1, Math.min(1000, Math.trunc(Number(count)) || 1));
    if (kind === "w") return some(number);
    const paragraphs = Array.from({ length: number }, (_, index) => paragraph(index));
    return kind === "p"
      ? new SafeString(paragraphs.map((text) => `<p>${text}</p>`).join("\n"))
      : paragraphs.join("\n\n");
  },
};
