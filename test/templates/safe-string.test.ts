import { html, isSafe, safe, shownInTemplates, toHtml } from "hotclub/templates";
import { describe, expect, it } from "vitest";

import { templateEngine } from "./template-engine.js";

describe("a safe string", () => {
  it("is not escaped, all else is", async () => {
    const templates = templateEngine({ "a.liquid": "{{ a }}{{ b }}{{ c }}" });
    const context = { a: safe("<b>"), b: "<b>", c: html`<i title="${'"'}">${["<", safe("<br>")]}</i>` };
    expect(await templates.render("a.liquid", context)).toBe('<b>&lt;b&gt;<i title="&quot;">&lt;<br></i>');
  });

  it("is told from text", () => {
    expect([isSafe(safe("a")), isSafe("a"), isSafe(html`a`), isSafe(undefined)]).toEqual([true, false, true, false]);
  });

  it("comes of | safe, which is to be seen in the template", async () => {
    const templates = templateEngine({ "a.liquid": "{{ a | safe }}{{ a }}" });
    expect(await templates.render("a.liquid", { a: "<b>" })).toBe("<b>&lt;b&gt;");
  });

  it("is made of an object that can put itself on a page", async () => {
    const templates = templateEngine({ "a.liquid": "{{ a }}{{ b }}" });
    const a = { [toHtml]: () => html`<form>` };
    const b = { [toHtml]: async () => html`<input>` };
    expect(await templates.render("a.liquid", { a, b })).toBe("<form><input>");
  });
});

describe("a filter of an app", () => {
  const filters = {
    shout: (value: string, sign: string) => value.toUpperCase() + sign,
    trimmed: { run: (value: string) => value.trim(), keepsSafe: true },
    bold: { run: (value: unknown) => html`<b>${value}</b>`, seesSafe: true },
  };

  it.each([
    ["{{ text | shout: '!' }}", "&lt;A&gt; !"],
    ["{{ html | shout: '!' }}", "&lt;A&gt; !"],
    ["{{ text | trimmed }}", "&lt;a&gt;"],
    ["{{ html | trimmed }}", "<a>"],
    ["{{ text | bold }}", "<b>&lt;a&gt; </b>"],
    ["{{ html | bold }}", "<b><a> </b>"],
  ])("that is given in %s cannot forget to escape", async (template, expected) => {
    const templates = templateEngine({ "a.liquid": template }, { filters });
    expect(await templates.render("a.liquid", { text: "<a> ", html: safe("<a> ") })).toBe(expected);
  });
});

describe("a class", () => {
  it("shows templates the getters and methods that it lists, and no others", async () => {
    class Page {
      static readonly [shownInTemplates] = ["next", "isLast"];
      #number = 1;
      get next(): number {
        return this.#number + 1;
      }
      isLast(): boolean {
        return false;
      }
      get hidden(): string {
        return "hidden";
      }
    }
    const templates = templateEngine({ "a.liquid": "{{ page.next }}{{ page.isLast }}{{ page.hidden }}" });
    expect(await templates.render("a.liquid", { page: new Page() })).toBe("2false");
  });
});

describe("a part of a template", () => {
  const files = { "a.liquid": "a{% if x %}{% partialdef row %}[{{ x }}]{% endpartialdef %}{% endif %}c" };

  it("is rendered alone by its name", async () => {
    expect(await templateEngine(files).render("a.liquid#row", { x: 1 })).toBe("[1]");
    expect(await templateEngine(files).render("a.liquid", { x: 1 })).toBe("ac");
  });

  it("that is not there is as little there as a template", async () => {
    await expect(templateEngine(files).render("a.liquid#none")).rejects.toThrow("a.liquid#none");
  });
});

describe("a template that extends another", () => {
  it("can put in what the other has in a block", async () => {
    const templates = templateEngine({
      "base.liquid": "[{% block title %}Base{% endblock %}]",
      "middle.liquid": '{% extends "base.liquid" %}{% block title %}Middle {{ block.super }}{% endblock %}',
      "page.liquid": '{% extends "middle.liquid" %}{% block title %}Page {{ block.super }}{% endblock %}',
    });
    expect(await templates.render("page.liquid")).toBe("[Page Middle Base]");
  });
});
