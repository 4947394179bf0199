const replacements: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const special = /[&<>"']/;
const everySpecial = /[&<>"']/g;

/** Makes text safe between tags and in quoted attributes of HTML. */
export function escapeHtml(text: string): string {
  return special.test(text) ? text.replace(everySpecial, (character) => replacements[character] ?? character) : text;
}
