import { escapeHtml, html, safe, TemplateFailed, toHtml } from "hotclub/templates";
import { describe, expect, it } from "vitest";

import { hostile } from "./hostile.js";
import { templateEngine } from "./template-engine.js";

const templates = templateEngine({
  "row.liquid": "{{ x }}",
  "title.liquid": "{% extends 'attribute.liquid' %}{% block v %}{{ x }}{% endblock %}",
  "attribute.liquid": '<a href="{% block v %}{% endblock %}">',
  "script.liquid": "<script>{% block v %}{% endblock %}</script>",
  "bad.liquid": "{% extends 'script.liquid' %}{% block v %}let a = {{ x }};{% endblock %}",
  "note.txt": "Dear {{ x }}, {{ y }}",
});

/** Each place, and what must not come out there whatever `x` is. */
const places: readonly (readonly [template: string, isBroken: (made: string) => boolean])[] = [
  ["<p>{{ x }}</p>", outsideText],
  ["<p>{% if x %}{{ x }}{% endif %}</p>", outsideText],
  ["<p>{% for y in list %}{{ y }}{% endfor %}</p>", outsideText],
  ["<p>{% assign y = x %}{{ y }}</p>", outsideText],
  ["<p>{% capture y %}{{ x }}{% endcapture %}{{ y }}</p>", outsideText],
  ["<p>{{ x | upcase | append: x }}</p>", outsideText],
  ["<p>{{ ok | append: x }}</p>", outsideText],
  ["<p>{{ '<b>' | safe | append: x }}</p>", (made) => made.includes("<b>") || outsideText(made)],
  ["<p>{{ x | default: ok }}</p>", outsideText],
  ["<p>{{ none | default: x }}</p>", outsideText],
  ["<p>{{ x | linebreaks | striptags }}</p>", outsideText],
  ["<p>{% firstof none x %}</p>", outsideText],
  ["<p>{% cycle x, x %}</p>", outsideText],
  ["<p>{% echo x %}</p>", outsideText],
  ["<p>{% include 'row.liquid' %}</p>", outsideText],
  ["<p>{% render 'row.liquid', x: x %}</p>", outsideText],
  ["<p>{% filter downcase %}{{ x }}{% endfilter %}</p>", outsideText],
  [
    "<p>{% tablerow y in list %}{{ y }}{% endtablerow %}</p>",
    (made) => outsideText(made.replace(/<\/?t[rd][^>]*>/g, "")),
  ],
  ["<title>{{ x }}</title>", (made) => outside(made, "<title>", "</title>")],
  ["<textarea>{{ x }}</textarea>", (made) => outside(made, "<textarea>", "</textarea>")],
  ["<!-- {{ x }} -->", (made) => outside(made, "<!-- ", " -->")],
  ['<p title="{{ x }}">', (made) => outside(made, '<p title="', '">')],
  ["<p title='{{ x }}'>", (made) => outside(made, "<p title='", "'>")],
  ["<p title={{ x }}>", outsideUnquoted],
  ["<p title=a{{ x }}>", outsideUnquoted],
  ['<p title="{{ x | safe | upcase }}">', (made) => outside(made, '<p title="', '">')],
  ['<p class="a {% if x %}{{ x }}{% endif %} b">', (made) => outside(made, '<p class="a ', ' b">')],
  ['<a href="{{ x }}">', hasBadUrl],
  ["<a href='{{ x }}'>", hasBadUrl],
  ["<a href={{ x }}>", hasBadUrl],
  ['<a href="{{ x | escape }}">', hasBadUrl],
  ['<a href="{% if x %}{{ x }}{% else %}/{% endif %}">', hasBadUrl],
  ['<a href="{% capture u %}{{ x }}{% endcapture %}{{ u }}">', hasBadUrl],
  ['<a href=" {{ x }}">', hasBadUrl],
  ['<a href="{{ empty_text }}{{ x }}">', hasBadUrl],
  ['<a href="{% include "row.liquid" %}">', hasBadUrl],
  ['<a xlink:href="{{ x }}">', hasBadUrl],
  ['<form action="{{ x }}">', hasBadUrl],
  ['<button formaction="{{ x }}">', hasBadUrl],
  ['<iframe src="{{ x }}">', hasBadUrl],
  ['<object data="{{ x }}">', hasBadUrl],
  ['<a href="/search?q={{ x | urlencode }}">', (made) => outside(made, '<a href="/search?q=', '">')],
  ['<iframe srcdoc="{{ x }}">', (made) => /[<>"']|&(?!amp;)/.test(inner(made, '<iframe srcdoc="', '">'))],
  ['<p style="color: {{ x }}">', (made) => /[<>"'();:\\&]/.test(inner(made, '<p style="color: ', '">'))],
  [
    "<style>p { color: {{ x }} }</style>",
    (made) => /[<>"'();:\\]/.test(inner(made, "<style>p { color: ", " }</style>")),
  ],
  ["<p {{ x }}>", (made) => !/^<p [\w:.-]*>$/.test(made) || /on|style|src/.test(made)],
  ['<p {{ x }}="a">', (made) => !/^<p [\w:.-]*="a">$/.test(made) || /on|style|src/.test(made)],
  ["<{{ x }}>", (made) => !/^<[a-z\d-]*>$/i.test(made) || /script|style|iframe/i.test(made)],
  ["<h{{ x }}>", (made) => !/^<h\d*>$/.test(made)],
  ["<script>let a = {{ x | json }};</script>", (made) => readsOtherwise(inner(made, "<script>let a = ", ";</script>"))],
  [
    '<script>let a = "{{ x | escapejs }}";</script>',
    (made) => readsOtherwise(inner(made, "<script>let a = ", ";</script>")),
  ],
  [
    "{{ x | json_script: 'a' }}",
    (made) => readsOtherwise(inner(made, '<script id="a" type="application/json">', "</script>")),
  ],
  ['<p onclick="f({{ x | json }})">', (made) => readsOtherwise(decoded(inner(made, '<p onclick="f(', ')">')))],
];

function inner(made: string, before: string, after: string): string {
  if (!made.startsWith(before) || !made.endsWith(after)) throw new Error(`not where it should be: ${made}`);
  return made.slice(before.length, made.length - after.length);
}

function outside(made: string, before: string, after: string): boolean {
  return /[<>"']/.test(inner(made, before, after));
}

function outsideText(made: string): boolean {
  return outside(made, "<p>", "</p>");
}

function outsideUnquoted(made: string): boolean {
  return /[\s<>'`=]/.test(inner(made, "<p title=", ">").replaceAll('""', ""));
}

function decoded(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll("&colon;", ":")
    .replaceAll("&amp;", "&");
}

/** As browsers look: without blanks, after the entities. */
function hasBadUrl(made: string): boolean {
  const value = /=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*))/.exec(made);
  if (value === null) return true;
  // oxlint-disable-next-line no-control-regex -- browsers leave them out
  const url = decoded(value[1] ?? value[2] ?? value[3] ?? "").replace(/[\u0000-\u0020]/g, "");
  return /^(?:javascript|vbscript|data):/i.test(url) || /<[a-z]+[^>]*<|>.*>/is.test(made);
}

let current: string;

/** Whether what stands in the script is anything but the text, as data. */
function readsOtherwise(code: string): boolean {
  if (/<\/|<!--|\u2028/.test(code)) return true;
  return JSON.parse(code.replaceAll("\\u0027", "'")) !== current;
}

describe("a hostile text", () => {
  it.each(places)("in %s stays a text", async (template, isBroken) => {
    for (const x of hostile) {
      current = x;
      const made = await templates.renderString(template, { x, list: [x], ok: safe("ok"), none: null, empty_text: "" });
      expect(isBroken(made) ? `${x} -> ${made}` : "").toBe("");
    }
  });

  it.each([
    ["<script>let a = {{ x }};</script>", "the filter json"],
    ["<script>let a = '{{ x }}';</script>", "escapejs"],
    ["<script>let a = '{{ x | json }}';</script>", "brings its own quotes"],
    ["<script>let a = {{ x | escapejs }};</script>", "within quotes"],
    ["<script>let a = {% firstof x %};</script>", "within quotes"],
    ["<script>/* it's */ let a = {{ x }};</script>", "the filter json"],
    ['<p onclick="f({{ x }})">', "the filter json"],
    ["<p onclick=f({{ x }})>", "the filter json"],
    ["{% for y in list %}<script>{{ y }}</script>{% endfor %}", "the filter json"],
    ["{% if x %}<script>{% else %}<p>{% endif %}{{ x }}", "One way through this tag ends in a script"],
    ["{% if x %}<p title='{% endif %}{{ x }}", "One way through this tag ends in the attribute title"],
    ["<p {% for y in list %}title='{% endfor %}>", "What is repeated"],
    ["<p title='{{ x }}", "must close what it opens"],
    ["{% capture y %}<p title='{% endcapture %}", "close in it what it opens"],
  ])("in %s is not even rendered", async (template, problem) => {
    const rendering = templates.renderString(template, { x: "x", list: ["x"] });
    await expect(rendering).rejects.toThrow(TemplateFailed);
    await expect(rendering).rejects.toThrow(problem);
  });

  it("in a block is seen where the block stands", async () => {
    expect(await templates.render("title.liquid", { x: "javascript:alert(1)" })).toBe('<a href="#hotclub-refused">');
    await expect(templates.render("bad.liquid", { x: "alert(1)" })).rejects.toThrow("the filter json");
  });

  it("goes out as it is where | safe says so", async () => {
    const template = '<a href="{{ x | safe }}"><p style="{{ x | raw }}"><script>{{ x | safe }}</script>';
    expect(await templates.renderString(template, { x: "javascript:a" })).toBe(
      '<a href="javascript:a"><p style="javascript:a"><script>javascript:a</script>',
    );
  });
});

describe("what is harmless", () => {
  it.each([
    ['<a href="{{ x }}">', "/a/b?c=d&e#f", '<a href="/a/b?c=d&amp;e#f">'],
    ['<a href="{{ x }}">', "https://example.com/", '<a href="https://example.com/">'],
    ['<a href="{{ x }}">', "mailto:a@b.example", '<a href="mailto:a@b.example">'],
    ['<a href="{{ x }}">', "a/b:c", '<a href="a/b:c">'],
    ['<a href="/r/{{ x }}">', "a:b", '<a href="/r/a:b">'],
    ['<img src="{{ x }}">', "data:image/png;base64,AAAA", '<img src="data:image/png;base64,AAAA">'],
    ['<p style="width: {{ x }}%">', 12.5, '<p style="width: 12.5%">'],
    ['<p style="color: {{ x }}">', "#ff0000", '<p style="color: #ff0000">'],
    ["<option {{ x }}>", "selected", "<option selected>"],
    ["<h{{ x }}>", 2, "<h2>"],
    ["<{{ x }}>", "section", "<section>"],
    ["<p {{ x }}>", html`id="${'"'}"`, '<p id="&quot;">'],
    ['<p title="{{ x }}">', safe("<b>&amp;</b>"), '<p title="&lt;b&gt;&amp;&lt;/b&gt;">'],
    ["<p title={{ x }}>", "", '<p title="">'],
    ['<iframe srcdoc="{{ x }}">', safe("<b>"), '<iframe srcdoc="&lt;b&gt;">'],
    ["1 < 2 and {{ x }}", "<", "1 < 2 and &lt;"],
    ['<label{% if x %} for="{{ x }}"{% endif %}>', "a", '<label for="a">'],
    ["<p {% if x %}id={{ x }}{% endif %} {% if x %}hidden{% endif %}>", "a", "<p id=a hidden>"],
    ['<{% if x %}ol{% else %}ul{% endif %} class="{{ x }}">', "a", '<ol class="a">'],
  ])("in %s of %j is put out as %s", async (template, x, expected) => {
    expect(await templates.renderString(template, { x })).toBe(expected);
  });

  it("goes into a mail as it is", async () => {
    const context = { x: "<O'Neil & sons>", y: safe("<b>") };
    expect(await templates.render("note.txt", context)).toBe("Dear <O'Neil & sons>, <b>");
    expect(await templates.renderString("<p>{% include 'note.txt' %}</p>", context)).toBe(
      `<p>${escapeHtml("Dear <O'Neil & sons>, <b>")}</p>`,
    );
  });

  it("puts itself on the page, and may render templates for that", async () => {
    const form = {
      [toHtml]: async (page?: { render(name: string, context: object): Promise<string> }) =>
        safe((await page?.render("row.liquid", { x: "<" })) ?? ""),
    };
    expect(await templates.renderString("{{ form }}", { form })).toBe("&lt;");
  });
});
