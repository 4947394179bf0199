import { fileURLToPath } from "node:url";

import { TemplateEngine } from "./engine.js";
import { TemplateNotFound } from "./errors.js";
import { type PageRenderer, safe, type SafeString } from "./safe-string.js";

/** Renders a template by what a page is rendered by, or by itself where there is no page. */
export type RenderPart = (template: string, context: object, page: PageRenderer | undefined) => Promise<SafeString>;

/**
 * What objects that put themselves on a page render their templates with: by the page's own template of that name, or
 * else by the one in `directory`, which a project need not know of.
 */
export function partRenderer(directory: URL): RenderPart {
  let builtIn: TemplateEngine | undefined;
  return async (template, context, page) => {
    if (page !== undefined) {
      try {
        return safe((await page.render(template, context)).trim());
      } catch (thrown) {
        if (!(thrown instanceof TemplateNotFound) || thrown.params.template !== template) throw thrown;
      }
    }
    builtIn ??= new TemplateEngine({ directories: [fileURLToPath(directory)] });
    return safe((await builtIn.render(template, context)).trim());
  };
}
