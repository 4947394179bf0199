import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";

import { hostile } from "../templates/hostile.js";
import { templateEngine } from "../templates/template-engine.js";
import { openBrowser } from "./browser.js";

const templates = templateEngine({
  "row.liquid": "{{ x }}",
  "attribute.liquid": '<a href="{% block v %}{% endblock %}">a</a>',
});

/** Places where a page puts what somebody wrote, each closed again; `x` is hostile in all of them. */
const places = [
  '<p class="text">{{ x }}</p>',
  '<p class="text">{% assign y = x %}{{ y }}</p>',
  '<p class="text">{% capture y %}{{ x }}{% endcapture %}{{ y }}</p>',
  '<p class="text">{% include "row.liquid" %}</p>',
  '<p class="text">{% render "row.liquid", x: x %}</p>',
  '<p class="text">{% echo x %}</p>',
  '<p class="text">{% firstof none x %}</p>',
  '<p class="text">{{ "" | append: x }}</p>',
  "<p>{{ x | upcase }}{{ x | linebreaks }}{{ x | urlize }}{{ x | truncatewords: 2 }}</p>",
  "<p>{{ x | striptags }}{{ x | force_escape }}{{ x | escape }}</p>",
  "<table>{% tablerow y in one %}{{ x }}{% endtablerow %}</table>",
  "<svg><text>{{ x }}</text></svg>",
  "<noscript>{{ x }}</noscript>",
  '<textarea class="typed">{{ x }}</textarea>',
  "<select><option>{{ x }}</option></select>",
  "<!-- {{ x }} -->",
  '<p data-kept="{{ x }}" title="{{ x }}">a</p>',
  "<p data-kept='{{ x }}' title='a {{ x }}'>a</p>",
  "<p title={{ x }}>a</p>",
  "<p title=a{{ x }} class={{ x }}>a</p>",
  '<input value="{{ x }}" placeholder={{ x }}>',
  '<img alt="{{ x }}" src="{{ x }}">',
  '<a href="{{ x }}">a</a>',
  "<a href='{{ x }}'>a</a>",
  "<a href={{ x }}>a</a>",
  '<a href=" {{ x }}">a</a>',
  '<a href="{{ empty }}{{ x }}">a</a>',
  '<a href="{% include "row.liquid" %}">a</a>',
  '<a href="{% capture u %}{{ x }}{% endcapture %}{{ u }}">a</a>',
  '<a href="/search?q={{ x | urlencode }}">a</a>',
  '<svg><a xlink:href="{{ x }}"><text>a</text></a></svg>',
  '<form action="{{ x }}"><button formaction="{{ x }}">a</button></form>',
  '<iframe src="{{ x }}"></iframe>',
  '<iframe srcdoc="{{ x }}"></iframe>',
  '<object data="{{ x }}"></object>',
  '<embed src="{{ x }}">',
  '<p style="color: {{ x }}">a</p>',
  "<style>.a { color: {{ x }} }</style>",
  "<p {{ x }}>a</p>",
  '<p {{ x }}="fired()">a</p>',
  "<script>kept.push({{ x | json }});</script>",
  '<script>kept.push("{{ x | escapejs }}");</script>',
  "<script>kept.push('{{ x | escapejs }}');</script>",
  '{{ x | json_script: "data" }}',
];

const source = `<!doctype html><title>{{ all }}</title><body>
<script>window.kept = []; window.count = 0; window.fired = window.alert = window.msgbox = () => { count += 1; };</script>
{% for x in hostile %}${places.join("\n")}{% endfor %}`;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it(
  `nothing that somebody wrote runs in a browser, in ${places.length} places with ${hostile.length} attacks each`,
  { timeout: 120_000 },
  async () => {
    const body = await templates.renderString(source, { hostile, all: hostile.join(" "), one: [1] });
    const page = await browser.newPage();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    // Everything but the page itself is refused: frames whose address is refused would open the page once more.
    let isOpen = false;
    await page.route("**", async (route) => {
      if (isOpen) return route.abort();
      isOpen = true;
      return route.fulfill({ contentType: "text/html; charset=utf-8", body });
    });
    await page.goto("http://escaping.test/", { waitUntil: "domcontentloaded", timeout: 60_000 });
    const found = await page.evaluate(`(() => {
    const all = [...document.querySelectorAll("*")];
    for (const one of all) for (const type of ["mouseover", "focus", "load", "error"]) one.dispatchEvent(new Event(type));
    const names = ["href", "xlink:href", "src", "action", "formaction", "data"];
    const urls = all.flatMap((one) => names.map((name) => one.getAttribute(name) ?? "/"));
    const bad = urls.filter((url) => !/^https?:$/.test(new URL(url, location.href).protocol));
    const framed = [...document.querySelectorAll("iframe[srcdoc]")].map((one) => one.contentDocument?.querySelectorAll("body *").length);
    return {
      count, kept, bad, framed,
      handlers: all.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on")),
      scripts: document.scripts.length,
      texts: [...document.querySelectorAll("p.text")].map((one) => one.textContent),
      typed: [...document.querySelectorAll(".typed")].map((one) => one.value),
      data: [...document.querySelectorAll("[data-kept]")].map((one) => one.dataset.kept),
    };
  })()`);
    const times = (count: number): string[] => hostile.flatMap((one) => Array.from({ length: count }, () => one));
    expect(found).toEqual({
      count: 0,
      bad: [],
      handlers: [],
      framed: hostile.map(() => 0),
      // Three of each round, the data, and the first.
      scripts: 4 * hostile.length + 1,
      kept: times(3),
      texts: times(8),
      typed: hostile,
      data: times(2),
    });
    expect(dialogs).toEqual([]);
  },
);
