import { defaultOperators, Drop, type FilterImplOptions, Liquid } from "liquidjs";

import { Compiler, type NodeCompilers } from "./compiler/compiler.js";
import { HtmlState } from "./compiler/html-state.js";
import { liquidNodes } from "./compiler/liquid-nodes.js";
import type { Source, TemplateFunction, Unit } from "./compiler/unit.js";
import type { TemplateEngineOptions } from "./engine-options.js";
import type { FilterDefinition, TemplateFilter } from "./filter.js";
import { builtinFilters } from "./filters/builtin-filters.js";
import { givenPlain, liquidFilter } from "./liquid-filter.js";
import { parseTemplate } from "./parse-template.js";
import { contains, isIn } from "./runtime/compare.js";
import { escapeText } from "./runtime/escapes.js";
import { RenderState, type TemplateOrigin, type TemplateSource } from "./runtime/render-state.js";
import { runSteps, settleOutput } from "./runtime/settle.js";
import { type PageRenderer, SafeString } from "./safe-string.js";
import { appTag } from "./tags/app-tag.js";
import { compiledTags } from "./tags/builtin-tags.js";
import { functionTags } from "./tags/function-tags.js";

// LiquidJS and what reads properties here know by it what stands for a value of its own. Here, and not where the class
// is, so that programs that make HTML without a template do not load LiquidJS.
Object.setPrototypeOf(SafeString.prototype, Drop.prototype);

const nodeCompilers: NodeCompilers = new Map(liquidNodes);

/** What parses and runs the templates of an engine: loaded with the first of them. */
export class LiquidRenderer {
  readonly #liquid: Liquid;
  readonly #loader: TemplateSource;
  readonly #page: PageRenderer;
  readonly #filters = new Map<string, FilterDefinition>();

  constructor(
    { tags = [], filters = {}, globals = {}, plugins = [] }: TemplateEngineOptions,
    loader: TemplateSource,
    page: PageRenderer,
  ) {
    this.#loader = loader;
    this.#page = page;
    this.#liquid = new Liquid({
      outputEscape: ((value: unknown) => escapeOutput(value, page)) as never,
      strictFilters: true,
      groupedExpressions: true,
      // Methods and what an object inherits stay out of reach.
      ownPropertyOnly: true,
      globals,
      operators: operators(),
    });
    for (const [name, tag] of Object.entries(compiledTags)) this.#liquid.registerTag(name, tag);
    for (const plugin of plugins) this.#liquid.plugin(plugin);
    for (const [name, filter] of Object.entries(this.#liquid.filters)) {
      this.#liquid.registerFilter(name, givenPlain(filter));
    }
    for (const tag of [...functionTags, ...tags]) this.#liquid.registerTag(tag.name, appTag(tag));
    for (const [name, filter] of Object.entries({ ...builtinFilters, ...filters })) this.#addFilter(name, filter);
  }

  #addFilter(name: string, filter: TemplateFilter): void {
    const definition = typeof filter === "function" ? { run: filter } : filter;
    this.#filters.set(name, definition);
    const handler = liquidFilter(definition);
    this.#liquid.registerFilter(name, { handler, raw: name === "safe" || name === "raw" } as FilterImplOptions);
  }

  run(unit: Unit, context: object): string | Promise<string> {
    const state = new RenderState({ liquid: this.#liquid, loader: this.#loader, page: this.#page }, context);
    return runSteps(unit.run(state, unit.isText ? "plain" : "text"));
  }

  parse(text: string, origin: TemplateOrigin): Unit {
    const source: Source = {
      ...origin,
      isText: /\.txt(?:\.liquid)?$/.test(origin.name),
      liquid: this.#liquid,
      filters: this.#filters,
      partials: new Map(),
      compile,
    };
    return parseTemplate(text, source);
  }
}

function compile(unit: Unit, htmlState: string): TemplateFunction {
  return new Compiler(unit.source, HtmlState.of(htmlState), nodeCompilers).compile(unit);
}

/** LiquidJS's operators and `in`, for what it interprets. */
function operators(): Record<string, never> {
  return { ...defaultOperators, contains, in: isIn } as never;
}

/** What LiquidJS does with the outputs that it interprets. */
function escapeOutput(value: unknown, page: PageRenderer): unknown {
  const settled = runSteps(settleOutput(value, page));
  return settled instanceof Promise ? settled.then(escapeText) : escapeText(settled);
}
