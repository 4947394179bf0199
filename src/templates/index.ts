/**
 * Makes pages of templates: LiquidJS with escaping that is always on, layouts and blocks, and tags that apps bring
 * along. Its three main names are `TemplateEngine`, `TemplateTag` and `safe`.
 *
 * ```ts
 * const engine = new TemplateEngine({ directories: ["templates"] });
 * await engine.render("chat/room.liquid", { room, messages });
 * ```
 */
import type { ContextProcessor } from "./context-processor.js";
import type { TemplateFilter } from "./filter.js";
import type { TemplateTag } from "./tag.js";

export { shownInTemplates } from "../core/index.js";
export type { ContextProcessor } from "./context-processor.js";
export { TemplateEngine } from "./engine.js";
export type { TemplateEngineOptions } from "./engine-options.js";
export { partRenderer, type RenderPart } from "./part-renderer.js";
export { TemplateFailed, TemplateNotFound } from "./errors.js";
export { escapeHtml } from "./escape.js";
export { formatDate } from "./filters/date-format.js";
export type { FilterDefinition, FilterFunction, TemplateFilter } from "./filter.js";
export { html, type HtmlSource, htmlOf, isSafe, type PageRenderer, safe, SafeString, toHtml } from "./safe-string.js";
export type { TagArguments, TemplateTag } from "./tag.js";

declare module "../core/app.js" {
  interface AppParts {
    /** The directory of this app's templates. */
    readonly templates?: URL | string;
    /** Tags for the templates of the whole project. */
    readonly templateTags?: readonly TemplateTag[];
    /** Filters for the templates of the whole project, by name. */
    readonly templateFilters?: Readonly<Record<string, TemplateFilter>>;
    /** What the templates of every page know besides what their handlers give. */
    readonly contextProcessors?: readonly ContextProcessor[];
  }
}
