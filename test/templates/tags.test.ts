import { html, safe, shownInTemplates } from "hotclub/templates";
import { describe, expect, it } from "vitest";

import { templateEngine } from "./template-engine.js";

const people = [
  { name: "Django", city: { name: "Liberchies" } },
  { name: "Joseph", city: { name: "Liberchies" } },
  { name: "Stéphane", city: { name: "Paris" } },
];

async function rendered(source: string, context: object = {}, files: Record<string, string> = {}): Promise<string> {
  return templateEngine(files).renderString(source, context);
}

describe("a tag", () => {
  it.each<[source: string, expected: string]>([
    [
      "{% if 2 in list %}y{% endif %}{% if 9 not in list %}n{% endif %}{% if 'b' in 'abc' %}s{% endif %}{% if 'k' in object %}o{% endif %}",
      "ynso",
    ],
    ["{% if zero == 1 %}a{% elif zero == 0 %}b{% else %}c{% endif %}", "b"],
    ["{% if (zero == 0 or nothing) and not nothing %}a{% endif %}", "a"],
    ["{% for x in none %}a{% empty %}empty{% endfor %}", "empty"],
    ["{% for k, v in pairs %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;"],
    ["{% for k, v in object %}{{ k }}={{ v }}{% endfor %}", "k=w"],
    ["{% for x in list | slice: ':2' %}{{ x }}{% endfor %}", "12"],
    [
      "{% for x in list %}{{ forloop.counter }}{{ forloop.counter0 }}{{ forloop.revcounter }}{{ forloop.revcounter0 }} {% endfor %}",
      "1032 2121 3210 ",
    ],
    [
      "{% for x in pairs %}{% for y in x %}{{ forloop.parentloop.counter }}{{ forloop.counter }} {% endfor %}{% endfor %}",
      "11 12 21 22 ",
    ],
    ["{% with total=list.size name='x' %}{{ total }}{{ name }}{% endwith %}{{ total }}", "3x"],
    ["{% with list.size as n %}{{ n }}{% endwith %}", "3"],
    ["{% for x in list %}{% cycle 'a' 'b' %}{% endfor %}", "aba"],
    [
      "{% for x in list %}{% cycle 'a' 'b' as c silent %}{{ c }}{% if forloop.index == 1 %}{% resetcycle c %}{% endif %}{% endfor %}",
      "aab",
    ],
    ["{% cycle 'a' 'b' as c %}{% cycle c %}{{ c }}", "abb"],
    ["{% firstof nothing zero '' 'x<' %}", "x&lt;"],
    ["{% for x in 'a,a,b' | split: ',' %}{% ifchanged %}{{ x }}{% else %}-{% endifchanged %}{% endfor %}", "a-b"],
    [
      "{% for x in (1..2) %}{% for y in (1..2) %}{% ifchanged x %}{{ x }}{% endifchanged %}{% endfor %}{% endfor %}",
      "12",
    ],
    ["{% spaceless %} <p> <b>a b</b> </p> {% endspaceless %}", "<p><b>a b</b></p>"],
    ["{% filter upcase | truncate: 5, '' %}abc{{ '<' }}def{% endfilter %}", "ABC&amp;L"],
    ["{% verbatim %}{{ x }}{# y #}{% endverbatim %}", "{{ x }}{# y #}"],
    ["a{# {{ x }} #}b", "ab"],
    [
      "{% tablerow x in list limit: 1 %}{% echo '<' | escape %}{% endtablerow %}",
      `<tr class="row1"><td class="col1">&lt;</td></tr>`,
    ],
    ["{% widthratio 175 200 100 %}", "88"],
    ["{% widthratio 1 0 100 as w %}{{ w }}", "0"],
    ["{% templatetag 'openblock' %}", "{%"],
    ["{% lorem 2 'w' %}", "lorem ipsum"],
    ["{% now 'Y' %}", String(new Date().getFullYear())],
    [
      "{% regroup people by city.name as cities %}{% for c in cities %}{{ c.grouper }}:{% for p in c.list %}{{ p.name }} {% endfor %}{% endfor %}",
      "Liberchies:Django Joseph Paris:Stéphane ",
    ],
    ["<script {% cspNonce %}>", '<script nonce="n&amp;1">'],
    ['<a href="{% querystring page=3 a=nil b=list %}">', '<a href="?page=3&amp;b=1&amp;b=2&amp;b=3">'],
  ])("%s gives %s", async (source, expected) => {
    const context = {
      list: [1, 2, 3],
      none: [],
      nothing: null,
      zero: 0,
      object: { k: "w" },
      pairs: [
        ["a", 1],
        ["b", 2],
      ],
      people,
      cspNonce: "n&1",
      request: { queryString: "a=1&page=2", query: { a: "1", page: "2" } },
    };
    const source2 = source.startsWith("<script") ? `${source}</script>` : source;
    const end = source.startsWith("<script") ? "</script>" : "";
    expect(await rendered(source2, context)).toBe(expected + end);
  });

  it("includes another template with names, with these alone, or by its own name", async () => {
    const files = {
      "row.liquid": "[{{ item }}{{ x }}]",
      "folder/a.liquid": "{% include './b.liquid' %}",
      "folder/b.liquid": "b{{ x }}",
    };
    const context = { x: "<", name: "row.liquid" };
    expect(await rendered("{% include name with item='i' %}", context, files)).toBe("[i&lt;]");
    expect(await rendered("{% include 'row.liquid' with item=x only %}", context, files)).toBe("[&lt;]");
    expect(await rendered("{% include 'folder/a.liquid' %}", context, files)).toBe("b&lt;");
  });

  it("can extend the template of its own name that it stands in the place of", async () => {
    const { templateFolder } = await import("./template-engine.js");
    const { TemplateEngine } = await import("hotclub/templates");
    const project = templateFolder({
      "a.liquid": "{% extends 'a.liquid' %}{% block x %}project {{ block.super }}{% endblock %}",
    });
    const app = templateFolder({ "a.liquid": "[{% block x %}app{% endblock %}]" });
    expect(await new TemplateEngine({ directories: [project, app] }).render("a.liquid")).toBe("[project app]");
  });

  it("defines a part, and puts it out elsewhere", async () => {
    const source =
      "{% partialdef cell %}<td>{{ x }}</td>{% endpartialdef %}{% for x in list %}{% partial cell %}{% endfor %}";
    expect(await rendered(source, { list: ["<", 2] })).toBe("<td>&lt;</td><td>2</td>");
    await expect(rendered("{% partial none %}")).rejects.toThrow('there is no part "none"');
  });

  it("gives what is behind it in a block to filters, too", async () => {
    const files = { "base.liquid": "{% block a %}<b>{% endblock %}" };
    const source =
      "{% extends 'base.liquid' %}{% block a %}{{ block.super | size }}{{ block.super | upcase }}{% endblock %}";
    expect(await rendered(source, {}, files)).toBe("3&lt;B&gt;");
  });

  it("captures HTML, which is not escaped twice", async () => {
    expect(await rendered("{% capture x %}<b>{{ y }}</b>{% endcapture %}{{ x }}", { y: "<" })).toBe("<b>&lt;</b>");
  });
});

describe("{% paginate %}", () => {
  const source =
    "{% paginate list by 2 as page %}{% for x in page.items %}{{ x }},{% endfor %}{{ page.number }}/{{ page.pages }} {{ page.startIndex }}-{{ page.endIndex }} of {{ page.count }}";

  it.each([
    [{}, "1,2,1/3 1-2 of 5"],
    [{ page: "3" }, "5,3/3 5-5 of 5"],
    [{ page: "99" }, "5,3/3 5-5 of 5"],
    [{ page: "x" }, "1,2,1/3 1-2 of 5"],
  ])("with %j gives %s", async (query, expected) => {
    expect(await rendered(source, { list: [1, 2, 3, 4, 5], request: { query } })).toBe(expected);
  });

  it("reads of a query no more than a page", async () => {
    const asked: string[] = [];
    class Query {
      // oxlint-disable-next-line unicorn/no-thenable -- a query is awaited
      then(): never {
        throw new Error("all of it was read");
      }
      async count(): Promise<number> {
        asked.push("count");
        return 5;
      }
      async slice(begin: number, end: number): Promise<number[]> {
        asked.push(`${begin}-${end}`);
        return [begin];
      }
    }
    expect(await rendered(source, { list: new Query(), request: { query: { page: "2" } } })).toBe("2,2/3 3-4 of 5");
    expect(asked).toEqual(["count", "2-4"]);
  });

  it("puts out links to the other pages", async () => {
    const list = Array.from({ length: 100 }, (_, index) => index);
    const request = { queryString: "q=a%26b&page=5", query: { page: "5" } };
    const text = await rendered("{% paginate list by 5 as page %}{{ page }}", { list, request });
    expect(text).toContain('<a rel="prev" href="?q=a%26b&amp;page=4">');
    expect(text).toContain('aria-current="page" href="?q=a%26b&amp;page=5">5</a>');
    expect(text.match(/<span/g)).toHaveLength(1);
  });
});

describe("a tag of an app", () => {
  it("may have a body, include templates, keep its result under a name, and give safe HTML", async () => {
    const templates = templateEngine(
      { "box.liquid": "<div>{{ title }}</div>" },
      {
        tags: [
          { name: "twice", hasBody: true, render: async ({ body }) => html`${await body()}|${await body()}` },
          { name: "box", render: ({ include, named }) => include("box.liquid", named) },
          { name: "bold", output: "html", render: () => "<b>" },
          { name: "text", render: () => "<t>" },
        ],
      },
    );
    const source =
      "{% for x in list %}{% twice %}{{ x }}{% endtwice %}{% endfor %}{% box title='<' %}{% bold as b %}{{ b }}{% text as t %}{{ t }}{% text %}";
    expect(await templates.renderString(source, { list: [1] })).toBe("1|1<div>&lt;</div><b>&lt;t&gt;&lt;t&gt;");
  });

  it("of a LiquidJS plug-in is interpreted, with what is compiled in it", async () => {
    const { Tag } = await import("liquidjs");
    const templates = templateEngine(
      {},
      {
        plugins: [
          function (liquid) {
            void liquid;
            this.registerFilter("plugged", (value: unknown) => `plugged ${String(value)}`);
            this.registerTag(
              "plug",
              class extends Tag {
                render(context: { getSync(path: string[]): unknown }): string {
                  return `<${String(context.getSync(["x"]))}>`;
                }
              },
            );
          },
        ],
      },
    );
    const source =
      "{% for x in list %}{% plug %}{{ x | plugged }}{% tablerow y in list %}{% if y == 1 %}{{ y }}{% endif %}{% endtablerow %}{% endfor %}";
    expect(await templates.renderString(source, { list: [1] })).toBe(
      '<1>plugged 1<tr class="row1"><td class="col1">1</td></tr>',
    );
  });
});

describe("what a template reads", () => {
  it("is awaited where it is used, but for what an object shows before", async () => {
    class Rows {
      static readonly [shownInTemplates] = ["count"];
      // oxlint-disable-next-line unicorn/no-thenable -- a query is awaited
      then(resolve: (rows: readonly string[]) => void): void {
        resolve(["a", "b"]);
      }
      async count(): Promise<number> {
        return 2;
      }
    }
    const room = { messages: new Rows(), owner: Promise.resolve({ name: Promise.resolve("Django") }) };
    const source =
      "{{ room.messages.count }}{% for m in room.messages %}{{ m }}{% endfor %}{{ room.owner.name }}{% if room.owner.name == 'Django' %}!{% endif %}";
    expect(await rendered(source, { room })).toBe("2abDjango!");
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty", "__defineGetter__", "valueOf"])(
    "is never %s",
    async (name) => {
      class Thing {
        #secret = "secret";
        readonly own = "own";
        reveal(): string {
          return this.#secret;
        }
      }
      const source = `{{ x.${name} }}{{ x["${name}"] }}{{ x.own.${name} }}{{ ${name} }}{{ list.${name} }}{{ forloop.${name} }}{% for y in list %}{{ forloop.${name} }}{% endfor %}{{ safe.${name} }}{{ x.reveal }}`;
      expect(await rendered(source, { x: new Thing(), list: [1], safe: safe("") })).toBe("");
    },
  );

  it("may be called like anything", async () => {
    const source =
      "{% assign __proto__ = 'p' %}{{ __proto__ }}{% for constructor in list %}{{ constructor }}{% endfor %}{% with toString='t' %}{{ toString }}{% endwith %}{{ ['a b'] }}";
    expect(await rendered(source, { list: [1], "a b": "c" })).toBe("p1tc");
  });

  it("of LiquidJS sees text where a filter made it safe", async () => {
    const source = "{% tablerow item in list %}{{ x | escape | size }}{{ x | escape | upcase }}{% endtablerow %}";
    expect(await rendered(source, { list: [1], x: "a<b>" })).toContain(">10A&amp;LT;B&amp;GT;<");
  });

  it.each(["x contains empty", "x contains blank", "blank contains ''", "empty contains blank"])(
    "knows that every text contains one of no length: %s",
    async (test) => {
      expect(await rendered(`{% if ${test} %}yes{% endif %}`, { x: "text" })).toBe("yes");
    },
  );
});
