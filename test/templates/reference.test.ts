import { readFileSync } from "node:fs";

import { filters, tags } from "liquidjs";
import { describe, expect, it } from "vitest";

import { builtinFilters } from "../../src/templates/filters/builtin-filters.js";
import { compiledTags } from "../../src/templates/tags/builtin-tags.js";
import { functionTags } from "../../src/templates/tags/function-tags.js";

function page(name: string): string {
  return readFileSync(new URL(`../../docs/reference/${name}.md`, import.meta.url), "utf8");
}

describe("the reference", () => {
  it("has every filter", () => {
    const text = page("template-filters");
    const names = [...Object.keys(filters), ...Object.keys(builtinFilters)];
    expect(names.filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b`).test(text))).toEqual([]);
  });

  it("has every tag", () => {
    const text = page("template-tags");
    const names = [...Object.keys(tags), ...Object.keys(compiledTags), ...functionTags.map(({ name }) => name)];
    expect(names.filter((name) => !text.includes(`{% ${name} `))).toEqual([]);
  });
});
