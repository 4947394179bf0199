import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What every engine renders: a layout with a menu, and a table of 100 rows of which some must be escaped. */
export const names = {
  title: "Rows & columns",
  menu: [
    { url: "/", title: "Home" },
    { url: "/about/?a=1&b=2", title: "About <us>" },
  ],
  rows: Array.from({ length: 100 }, (_, index) => ({
    isActive: index % 3 === 0,
    url: `/rows/${index}/`,
    name: index % 7 === 0 ? `Row <${index}> & "co"` : `Row number ${index}`,
    email: `user${index}@example.com`,
    city: { name: index % 2 === 0 ? "Liberchies" : "Paris" },
    price: index * 1.5,
  })),
};

/** A new directory with `files`. */
export function templateFolder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "hotclub-bench-templates-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

const head = `<!doctype html>
<html lang="en"><head><title>`;

/** The page in Liquid, for LiquidJS and ours. */
export const liquidFiles = {
  "base.liquid": `${head}{% block title %}{% endblock %}</title></head><body>
<nav>{% for item in menu %}<a href="{{ item.url }}">{{ item.title }}</a>{% endfor %}</nav>
{% block content %}{% endblock %}
</body></html>
`,
  "page.liquid": `{% layout "base.liquid" %}{% block title %}{{ title }}{% endblock %}{% block content %}<h1>{{ title }}</h1>
<table>{% for row in rows %}<tr class="{% if row.isActive %}on{% else %}off{% endif %}"><td>{{ forloop.index }}</td><td><a href="{{ row.url }}">{{ row.name }}</a></td><td>{{ row.email | upcase }}</td><td>{{ row.city.name }}</td><td>{{ row.price }}</td></tr>
{% endfor %}</table>{% endblock %}`,
};

/** The same in nunjucks' language. */
export const nunjucksFiles = {
  "base.njk": liquidFiles["base.liquid"],
  "page.njk": liquidFiles["page.liquid"]
    .replace('{% layout "base.liquid" %}', '{% extends "base.njk" %}')
    .replace("forloop.index", "loop.index")
    .replace("upcase", "upper"),
};

/** The same in Edge's. */
export const edgeFiles = {
  "base.edge": `${head}{{ title }}</title></head><body>
<nav>
@each(item in menu)
<a href="{{ item.url }}">{{ item.title }}</a>
@end
</nav>
{{{ await $slots.main() }}}
</body></html>
`,
  "page.edge": `@component("base", { title, menu })
<h1>{{ title }}</h1>
<table>
@each((row, index) in rows)
<tr class="{{ row.isActive ? "on" : "off" }}"><td>{{ index + 1 }}</td><td><a href="{{ row.url }}">{{ row.name }}</a></td><td>{{ row.email.toUpperCase() }}</td><td>{{ row.city.name }}</td><td>{{ row.price }}</td></tr>
@end
</table>
@end
`,
};

/** A page without what engines may do as they like: blanks between tags, and how they write the quotes they escape. */
export function comparable(page: string): string {
  return page
    .replace(/&#(?:34|x22);/g, "&quot;")
    .replace(/&#x27;/g, "&#39;")
    .replace(/\s+/g, " ")
    .replace(/> (?=<)/g, ">")
    .trim();
}
