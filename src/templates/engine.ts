import { fileURLToPath } from "node:url";

import { defaultOperators, type FilterImplOptions, Liquid } from "liquidjs";

import { toError } from "../core/index.js";
import { Compiler, type NodeCompilers } from "./compiler/compiler.js";
import { HtmlState } from "./compiler/html-state.js";
import { liquidNodes } from "./compiler/liquid-nodes.js";
import type { Source, TemplateFunction, Unit } from "./compiler/unit.js";
import { TemplateFailed } from "./errors.js";
import type { FilterDefinition, TemplateFilter } from "./filter.js";
import { builtinFilters } from "./filters/builtin-filters.js";
import { givenPlain, liquidFilter } from "./liquid-filter.js";
import { DirectoryLoader } from "./loader.js";
import { parseTemplate } from "./parse-template.js";
import { contains, isIn } from "./runtime/compare.js";
import { escapeText } from "./runtime/escapes.js";
import { Failure } from "./runtime/failure.js";
import { RenderState, type TemplateOrigin } from "./runtime/render-state.js";
import { runSteps, settleOutput } from "./runtime/settle.js";
import type { PageRenderer } from "./safe-string.js";
import type { TemplateTag } from "./tag.js";
import { appTag } from "./tags/app-tag.js";
import { compiledTags } from "./tags/builtin-tags.js";
import { functionTags } from "./tags/function-tags.js";

/** What an engine is made of. */
export interface TemplateEngineOptions {
  /** Where templates lie; the first directory that has one gives it, so a project can override an app's. */
  readonly directories: readonly string[];
  readonly tags?: readonly TemplateTag[];
  readonly filters?: Readonly<Record<string, TemplateFilter>>;
  /** Names that every template knows. */
  readonly globals?: object;
  /** LiquidJS plug-ins: what they bring is interpreted, and escapes by itself what its tags put out. */
  readonly plugins?: readonly ((this: Liquid, liquid: typeof Liquid) => void)[];
  /** Whether templates are read again when their files have changed. Default false: each is read once. */
  readonly reload?: boolean;
}

/** The engine's own templates, which every project can put others in the place of. */
const ownTemplates = fileURLToPath(new URL("./templates/", import.meta.url));

const nodeCompilers: NodeCompilers = new Map(liquidNodes);

/**
 * Renders Liquid templates, which it compiles to functions. Everything that they put out is escaped for the place where
 * it stands, but for a `SafeString` and what has `[toHtml]()`; `| safe` is the way around it.
 */
export class TemplateEngine {
  readonly #liquid: Liquid;
  readonly #loader: DirectoryLoader;
  readonly #filters = new Map<string, FilterDefinition>();

  constructor({
    directories,
    tags = [],
    filters = {},
    globals = {},
    plugins = [],
    reload = false,
  }: TemplateEngineOptions) {
    this.#loader = new DirectoryLoader([...directories, ownTemplates], reload, (text, origin) =>
      this.#parse(text, origin),
    );
    this.#liquid = new Liquid({
      outputEscape: ((value: unknown) => escapeOutput(value, this)) as never,
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

  /**
   * The text that the template called `name` (its path in one of the directories) makes of `context`; `name#part` is
   * what `{% partialdef part %}` holds in it. Of several names, the first that there is. Promises in the context are
   * awaited where they are used. Rejects with `TemplateNotFound` or `TemplateFailed`.
   */
  async render(name: string | readonly string[], context: object = {}): Promise<string> {
    const first = typeof name === "string" ? name : await this.first(name);
    try {
      return await this.#run(await this.#loader.load(first), context);
    } catch (thrown) {
      throw explained(first, thrown);
    }
  }

  /** The first of `names` that there is; the last where there is none. */
  first(names: readonly string[]): Promise<string> {
    return this.#loader.first(names);
  }

  /** The text that `template` makes of `context`. It is compiled anew each time. Rejects with `TemplateFailed`. */
  async renderString(template: string, context: object = {}): Promise<string> {
    const name = "(a string)";
    try {
      return await this.#run(this.#parse(template, { name, directory: -1 }), context);
    } catch (thrown) {
      throw explained(name, thrown);
    }
  }

  #run(unit: Unit, context: object): string | Promise<string> {
    const state = new RenderState({ liquid: this.#liquid, loader: this.#loader, page: this }, context);
    return runSteps(unit.run(state, unit.isText ? "plain" : "text"));
  }

  #parse(text: string, origin: TemplateOrigin): Unit {
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

function explained(template: string, thrown: unknown): Error {
  if (!(thrown instanceof Failure)) return toError(thrown);
  const cause = toError(thrown.cause);
  const [first, ...others] = thrown.places;
  const where =
    first === undefined ? [] : [`${first.template}, line:${first.line}, col:${first.column}`, first.excerpt];
  const through = others.map(({ template: other, line }) => `  from ${other}, line:${line}`);
  const detail = [cause.message, ...where, ...through].join("\n");
  const places = thrown.places.map(({ template: other, line, column }) => ({ template: other, line, column }));
  return new TemplateFailed({ template, detail, places }, { cause });
}
