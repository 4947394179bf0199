import { isAbsolute } from "node:path";

import { type FilterImplOptions, Liquid, LiquidError, type Template } from "liquidjs";

import { toError } from "../core/index.js";
import { TemplateFailed, TemplateNotFound } from "./errors.js";
import type { TemplateFilter } from "./filter.js";
import { liquidFilter } from "./liquid-filter.js";
import { liquidTag } from "./liquid-tag.js";
import { PageScope } from "./page-scope.js";
import { findPartial, PartialDefinitionTag } from "./partials.js";
import { htmlOf, type HtmlSource, type PageRenderer, safe, SafeString, toHtml } from "./safe-string.js";
import type { TemplateTag } from "./tag.js";

/** What an engine is made of. */
export interface TemplateEngineOptions {
  /** Where templates lie; the first directory that has one gives it, so a project can override an app's. */
  readonly directories: readonly string[];
  readonly tags?: readonly TemplateTag[];
  readonly filters?: Readonly<Record<string, TemplateFilter>>;
  /** Names that every template knows. */
  readonly globals?: object;
  /** Whether templates are read again at each rendering. Default false: each is parsed once. */
  readonly reload?: boolean;
}

/**
 * Renders Liquid templates. Everything that `{{ … }}` puts out is escaped, but for a `SafeString` and what has
 * `[toHtml]()`; `| safe` is the way around it.
 */
export class TemplateEngine {
  readonly #liquid: Liquid;
  readonly #directories: readonly string[];

  constructor({ directories, tags = [], filters = {}, globals = {}, reload = false }: TemplateEngineOptions) {
    this.#directories = directories;
    this.#liquid = new Liquid({
      root: [...directories],
      cache: !reload,
      outputEscape: ((value: unknown) => escapeOutput(value, this)) as never,
      strictFilters: true,
      // Methods and what an object inherits stay out of reach.
      ownPropertyOnly: true,
      globals,
    });
    const { layout } = this.#liquid.tags;
    if (layout !== undefined) this.#liquid.registerTag("extends", layout);
    this.#liquid.registerTag("partialdef", PartialDefinitionTag);
    this.#liquid.registerFilter("safe", { raw: true, handler: (value: unknown) => value } as FilterImplOptions);
    for (const tag of tags) this.#liquid.registerTag(tag.name, liquidTag(tag));
    for (const [name, filter] of Object.entries(filters)) {
      this.#liquid.registerFilter(name, liquidFilter(filter));
    }
  }

  /**
   * The text that the template called `name` (its path in one of the directories) makes of `context`; `name#part` is
   * what `{% partialdef part %}` holds in it. Promises in the context are awaited where they are used. Rejects with `TemplateNotFound` or `TemplateFailed`.
   */
  async render(name: string, context: object = {}): Promise<string> {
    const [file = "", part] = name.split("#");
    if (!isTemplateName(file)) throw new TemplateNotFound({ template: name, directories: this.#directories });
    try {
      const templates: Template[] = await this.#liquid.parseFile(file);
      const wanted = part === undefined ? templates : findPartial(templates, part);
      if (wanted === undefined) throw new TemplateNotFound({ template: name, directories: this.#directories });
      const scope = new PageScope(context, this.#liquid.options, {}, { liquid: this.#liquid });
      return (await this.#liquid.render([...wanted], scope)) as string;
    } catch (thrown) {
      throw this.#explain(name, toError(thrown));
    }
  }

  #explain(template: string, error: Error): Error {
    if (error instanceof TemplateNotFound) return error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return new TemplateNotFound({ template, directories: this.#directories }, { cause: error });
    }
    const detail = LiquidError.is(error)
      ? [error.message, (error as { context?: string }).context ?? ""].join("\n")
      : error.message;
    return new TemplateFailed({ template, detail }, { cause: error });
  }
}

function escapeOutput(value: unknown, page: PageRenderer): unknown {
  if (typeof value !== "object" || value === null) return htmlOf(value);
  if (value instanceof SafeString) return value.toString();
  const source = value as Partial<HtmlSource>;
  if (typeof source[toHtml] !== "function") return htmlOf(value);
  const made = source[toHtml](page);
  return made instanceof Promise ? made.then((text) => safe(text).toString()) : safe(made).toString();
}

function isTemplateName(name: string): boolean {
  return !isAbsolute(name) && name.split(/[/\\]/).every((step) => step !== "" && step !== "." && step !== "..");
}
