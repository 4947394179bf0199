import { mkdtempSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import fc from "fast-check";
import {
  escapeHtml,
  TemplateEngine,
  TemplateFailed,
  type TemplateEngineOptions,
  TemplateNotFound,
} from "hotclub/templates";
import { describe, expect, it } from "vitest";

function folder(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), "templates-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

function engine(files: Record<string, string>, options: Partial<TemplateEngineOptions> = {}): TemplateEngine {
  return new TemplateEngine({ directories: [folder(files)], ...options });
}

describe("a template", () => {
  it("has everything escaped that it puts out", async () => {
    const templates = engine({ "a.liquid": '<p title="{{ text }}">{{ text }}</p>' });
    const text = `<script>"'&`;
    expect(await templates.render("a.liquid", { text })).toBe(
      '<p title="&lt;script&gt;&quot;&#39;&amp;">&lt;script&gt;&quot;&#39;&amp;</p>',
    );
  });

  it("fills the blocks of its layout", async () => {
    const templates = engine({
      "base.liquid": "<title>{% block title %}Hotclub{% endblock %}</title>{% block content %}{% endblock %}",
      "page.liquid": '{% layout "base.liquid" %}{% block content %}hello {{ name }}{% endblock %}',
    });
    expect(await templates.render("page.liquid", { name: "Stéphane" })).toBe("<title>Hotclub</title>hello Stéphane");
  });

  it("awaits promises of its context where it uses them", async () => {
    const templates = engine({ "a.liquid": "{{ user.name }}" });
    expect(await templates.render("a.liquid", { user: Promise.resolve({ name: "Django" }) })).toBe("Django");
  });

  it("reaches no inherited properties and no constructors", async () => {
    const templates = engine({ "a.liquid": "[{{ value.constructor.name }}{{ value.__proto__ }}]" });
    expect(await templates.render("a.liquid", { value: {} })).toBe("[]");
  });

  it("is taken from the first directory that has it", async () => {
    const templates = new TemplateEngine({
      directories: [folder({ "a.liquid": "project" }), folder({ "a.liquid": "app", "b.liquid": "b" })],
    });
    expect(await templates.render("a.liquid")).toBe("project");
    expect(await templates.render("b.liquid")).toBe("b");
  });

  it.each(["../secret.liquid", "/etc/passwd", "a/../../b", "a//b", "."])("cannot be %j", async (name) => {
    await expect(engine({}).render(name)).rejects.toThrow(TemplateNotFound);
  });

  it("is the first of several names that there is, with the part that is asked for", async () => {
    const templates = engine({
      "list.liquid": "{% partialdef rows inline %}rows{% endpartialdef %}",
      "shop/list.liquid": "the shop's",
    });
    expect(await templates.render(["shop/product/list.liquid", "shop/list.liquid", "list.liquid"])).toBe("the shop's");
    // What stands in for a page needs not have its parts.
    expect(await templates.render(["shop/list.liquid#rows", "list.liquid#rows"])).toBe("rows");
    await expect(templates.render(["a.liquid", "../b.liquid"])).rejects.toThrow(TemplateNotFound);
  });

  it("that is missing, or fails, is named with the place", async () => {
    const templates = engine({ "bad.liquid": "one\n{% if %}", "filter.liquid": "{{ x | swing }}" });
    await expect(templates.render("none.liquid")).rejects.toThrow(TemplateNotFound);
    await expect(templates.render("bad.liquid")).rejects.toThrow(TemplateFailed);
    await expect(templates.render("bad.liquid")).rejects.toThrow("line:2");
    await expect(templates.render("filter.liquid")).rejects.toThrow("swing");
  });
});

describe("a tag of an app", () => {
  const show = {
    name: "show",
    render: ({ positional, named }: { positional: readonly unknown[]; named: object }) =>
      JSON.stringify([positional, named]),
  };

  it("gets its positional and named arguments", async () => {
    const templates = engine({ "a.liquid": '{% show "a" b.c 3 x=b.c y="z" %}' }, { tags: [show] });
    const text = await templates.render("a.liquid", { b: { c: 7 } });
    expect(text).toBe(escapeHtml('[["a",7,3],{"x":7,"y":"z"}]'));
  });

  it("gives text, which is escaped", async () => {
    const templates = engine({ "a.liquid": "{% bold %}" }, { tags: [{ name: "bold", render: async () => "<b>" }] });
    expect(await templates.render("a.liquid")).toBe("&lt;b&gt;");
  });
});

describe("escapeHtml", () => {
  it("leaves nothing that could begin or end a tag, an attribute or an entity", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeHtml(text).replace(/&(?:amp|lt|gt|quot|#39);/g, "")).not.toMatch(/[&<>"']/);
      }),
    );
  });
});
