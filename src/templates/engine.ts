import { fileURLToPath } from "node:url";

import { toError } from "../core/index.js";
import type { TemplateEngineOptions } from "./engine-options.js";
import { TemplateFailed } from "./errors.js";
import type { LiquidRenderer } from "./liquid-renderer.js";
import { DirectoryLoader } from "./loader.js";
import { Failure } from "./runtime/failure.js";

/** The engine's own templates, which every project can put others in the place of. */
const ownTemplates = fileURLToPath(new URL("./templates/", import.meta.url));

/**
 * Renders Liquid templates, which it compiles to functions. Everything that they put out is escaped for the place where
 * it stands, but for a `SafeString` and what has `[toHtml]()`; `| safe` is the way around it.
 */
export class TemplateEngine {
  readonly #options: TemplateEngineOptions;
  readonly #loader: DirectoryLoader;
  #renderer: LiquidRenderer | undefined;
  #loading: Promise<LiquidRenderer> | undefined;

  constructor(options: TemplateEngineOptions) {
    const { directories, reload = false } = options;
    this.#options = options;
    this.#loader = new DirectoryLoader([...directories, ownTemplates], reload, async (text, origin) => {
      const renderer = this.#renderer ?? (await this.#load());
      return renderer.parse(text, origin);
    });
  }

  /**
   * Loads LiquidJS and the compiler, which otherwise come with the first template, and keep whoever asks for it waiting.
   * A project that has templates does this when it starts.
   */
  async load(): Promise<void> {
    await this.#load();
  }

  #load(): Promise<LiquidRenderer> {
    return (this.#loading ??= this.#loadRenderer());
  }

  async #loadRenderer(): Promise<LiquidRenderer> {
    const module = await import("./liquid-renderer.js");
    return (this.#renderer = new module.LiquidRenderer(this.#options, this.#loader, this));
  }

  /**
   * The text that the template called `name` (its path in one of the directories) makes of `context`; `name#part` is
   * what `{% partialdef part %}` holds in it. Of several names, the first that there is. Promises in the context are
   * awaited where they are used. Rejects with `TemplateNotFound` or `TemplateFailed`.
   */
  async render(name: string | readonly string[], context: object = {}): Promise<string> {
    const first = typeof name === "string" ? name : await this.first(name);
    try {
      const unit = await this.#loader.load(first);
      const renderer = this.#renderer ?? (await this.#load());
      return await renderer.run(unit, context);
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
      const renderer = this.#renderer ?? (await this.#load());
      return await renderer.run(renderer.parse(template, { name, directory: -1 }), context);
    } catch (thrown) {
      throw explained(name, thrown);
    }
  }
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
