import { isAbsolute } from "node:path";

import { Liquid, LiquidError } from "liquidjs";

import { toError } from "../core/index.js";
import { TemplateFailed, TemplateNotFound } from "./errors.js";
import { liquidTag } from "./liquid-tag.js";
import type { TemplateTag } from "./tag.js";

/** What an engine is made of. */
export interface TemplateEngineOptions {
  /** Where templates lie; the first directory that has one gives it, so a project can override an app's. */
  readonly directories: readonly string[];
  readonly tags?: readonly TemplateTag[];
  readonly filters?: Readonly<Record<string, (value: unknown, ...args: unknown[]) => unknown>>;
  /** Names that every template knows. */
  readonly globals?: object;
  /** Whether templates are read again at each rendering. Default false: each is parsed once. */
  readonly reload?: boolean;
}

/** Renders Liquid templates. Everything that `{{ … }}` puts out is escaped; `| raw` is the way around it. */
export class TemplateEngine {
  readonly #liquid: Liquid;
  readonly #directories: readonly string[];

  constructor({ directories, tags = [], filters = {}, globals = {}, reload = false }: TemplateEngineOptions) {
    this.#directories = directories;
    this.#liquid = new Liquid({
      root: [...directories],
      cache: !reload,
      outputEscape: "escape",
      strictFilters: true,
      // Methods and what an object inherits stay out of reach.
      ownPropertyOnly: true,
      globals,
    });
    for (const tag of tags) this.#liquid.registerTag(tag.name, liquidTag(tag));
    for (const [name, filter] of Object.entries(filters)) this.#liquid.registerFilter(name, filter);
  }

  /**
   * The text that the template called `name` (its path in one of the directories) makes of `context`. Promises in the
   * context are awaited where they are used. Rejects with `TemplateNotFound` or `TemplateFailed`.
   */
  async render(name: string, context: object = {}): Promise<string> {
    if (!isTemplateName(name)) throw new TemplateNotFound({ template: name, directories: this.#directories });
    try {
      return (await this.#liquid.renderFile(name, context)) as string;
    } catch (thrown) {
      throw this.#explain(name, toError(thrown));
    }
  }

  #explain(template: string, error: Error): Error {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return new TemplateNotFound({ template, directories: this.#directories }, { cause: error });
    }
    const detail = LiquidError.is(error)
      ? [error.message, (error as { context?: string }).context ?? ""].join("\n")
      : error.message;
    return new TemplateFailed({ template, detail }, { cause: error });
  }
}

function isTemplateName(name: string): boolean {
  return !isAbsolute(name) && name.split(/[/\\]/).every((step) => step !== "" && step !== "." && step !== "..");
}
