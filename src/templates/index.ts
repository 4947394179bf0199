/**
 * Makes pages of templates: LiquidJS with escaping that is always on, layouts and blocks, and tags that apps bring
 * along. Its three main names are `TemplateEngine`, `TemplateTag` and `escapeHtml`.
 *
 * ```ts
 * const engine = new TemplateEngine({ directories: ["templates"] });
 * await engine.render("chat/room.liquid", { room, messages });
 * ```
 */
import type { TemplateTag } from "./tag.js";

export { TemplateEngine, type TemplateEngineOptions } from "./engine.js";
export { TemplateFailed, TemplateNotFound } from "./errors.js";
export { escapeHtml } from "./escape.js";
export type { TagArguments, TemplateTag } from "./tag.js";

declare module "../core/app.js" {
  interface AppParts {
    /** The directory of this app's templates. */
    readonly templates?: URL | string;
    /** Tags for the templates of the whole project. */
    readonly templateTags?: readonly TemplateTag[];
  }
}
