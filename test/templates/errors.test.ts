import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { TemplateEngine, TemplateFailed, TemplateNotFound } from "hotclub/templates";
import { describe, expect, it } from "vitest";

import { templateEngine, templateFolder } from "./template-engine.js";

async function failure(rendering: Promise<string>): Promise<TemplateFailed> {
  const error: unknown = await rendering.catch((thrown: unknown) => thrown);
  if (!(error instanceof TemplateFailed)) throw new Error(`not a TemplateFailed: ${String(error)}`);
  return error;
}

describe("a failure in a template", () => {
  const filters = {
    fail: () => {
      throw new RangeError("it is broken");
    },
    failLater: async () => {
      throw new RangeError("it is broken later");
    },
  };

  it("is told with the line, the lines around, and how it was come to", async () => {
    const templates = templateEngine(
      {
        "base.liquid": "<html>\n{% block content %}{% endblock %}\n</html>",
        "page.liquid":
          "{% extends 'base.liquid' %}\n\n{% block content %}\n{% include 'list.liquid' %}\n{% endblock %}",
        "list.liquid": "<ul>\n{% for x in list %}\n<li>\n{{ x | fail }}\n</li>\n{% endfor %}\n</ul>",
      },
      { filters },
    );
    const error = await failure(templates.render("page.liquid", { list: [1] }));
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.params.places.map(({ template, line }) => `${template}:${line}`)).toEqual([
      "list.liquid:4",
      "page.liquid:4",
      "base.liquid:2",
      "page.liquid:1",
    ]);
    expect(error.message).toContain("it is broken");
    expect(error.message).toContain(">> 4 | {{ x | fail }}");
    expect(error.message).toContain("   3 | <li>");
    expect(error.message).toContain("from page.liquid, line:4");
  });

  it.each(["{{ 1 | failLater }}", "{{ promise }}", "{% for x in promise %}{% endfor %}", "{% include promise %}"])(
    "is told also where it comes later, in %s",
    async (source) => {
      const promise = Promise.reject(new RangeError("it is broken later"));
      promise.catch(() => {});
      const error = await failure(templateEngine({}, { filters }).renderString(`\n${source}`, { promise }));
      expect(error.message).toContain("it is broken later");
      expect(error.params.places[0]).toMatchObject({ line: 2, column: 1 });
    },
  );

  it.each([
    ["{{ x | uper }}", 'There is no filter "uper". Did you mean "upper"?'],
    ["{{ x | truncatechar: 1 }}", 'Did you mean "truncatechars"?'],
    ["{{ x | zzzzzzzz }}", 'There is no filter "zzzzzzzz".'],
    ["{% inculde 'a' %}", 'There is no tag "inculde" here. Did you mean "include"?'],
    ["{% csrf_token %}", "Did you mean csrf?"],
    ["{% load static %}", "Take {% load %} away"],
    ["{% autoescape off %}{% endautoescape %}", "Escaping is always on"],
    ["{% endif %}", "Is it closed twice, or not opened?"],
    ["{% if x %}", "tag {% if x %} not closed"],
    ["{% for x y %}{% endfor %}", "illegal tag"],
    ["{{ x", 'output "{{ x" not closed'],
    ["{% with a %}{% endwith %}", "write {% with name=value %}"],
    ["{% for i in (1..n) %}{% endfor %}", "more than 1000000 numbers"],
  ])("of %s is told with a remedy", async (source, problem) => {
    const error = await failure(templateEngine({}).renderString(`\n\n${source}`, { n: 1e9 }));
    expect(error.message).toContain(problem);
    expect(error.params.places[0]?.line).toBe(3);
  });

  it("names a template that is included and not there", async () => {
    const error = await failure(templateEngine({}).renderString("{% include 'none.liquid' %}"));
    expect(error.cause).toBeInstanceOf(TemplateNotFound);
    expect(error.message).toContain("none.liquid");
  });

  it("that has a code of its own keeps it as the cause", async () => {
    const tag = {
      name: "refuse",
      render() {
        throw new TemplateNotFound({ template: "x", directories: [] });
      },
    };
    const error = await failure(templateEngine({}, { tags: [tag] }).renderString("{% refuse %}"));
    expect(error.cause).toMatchObject({ code: "TEMPLATES_NOT_FOUND" });
  });

  it("that a template includes itself without end is told", async () => {
    const error = await failure(
      templateEngine({ "a.liquid": "{% include 'b.liquid' %}", "b.liquid": "{% include 'a.liquid' %}" }).render(
        "a.liquid",
      ),
    );
    expect(error.message).toContain("100 deep");
  });
});

describe("an engine that reloads", () => {
  it("reads a file again when it has changed, also one that is included, or that goes first now", async () => {
    const project = templateFolder({});
    const app = templateFolder({ "a.liquid": "one {% include 'b.liquid' %}", "b.liquid": "b" });
    const templates = new TemplateEngine({ directories: [project, app], reload: true });
    expect(await templates.render("a.liquid")).toBe("one b");
    writeFileSync(join(app, "b.liquid"), "changed");
    expect(await templates.render("a.liquid")).toBe("one changed");
    writeFileSync(join(project, "b.liquid"), "project");
    expect(await templates.render("a.liquid")).toBe("one project");
    renameSync(join(project, "b.liquid"), join(project, "c.liquid"));
    expect(await templates.render("a.liquid")).toBe("one changed");
  });

  it("is not what an engine is by default", async () => {
    const folder = templateFolder({ "a.liquid": "one" });
    const templates = new TemplateEngine({ directories: [folder] });
    expect(await Promise.all([templates.render("a.liquid"), templates.render("a.liquid")])).toEqual(["one", "one"]);
    writeFileSync(join(folder, "a.liquid"), "changed");
    expect(await templates.render("a.liquid")).toBe("one");
  });
});
