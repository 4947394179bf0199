import { fileURLToPath } from "node:url";

import { safe, type SafeString, TemplateEngine, TemplateNotFound } from "../templates/index.js";

/** What a page is rendered by: the engine of the project, which may have templates of its own for forms. */
export interface PageRenderer {
  render(template: string, context: object): Promise<string>;
}

/** The directory of the templates that forms are rendered with where a project has none of its own. */
export const formTemplates = new URL("./templates/", import.meta.url);

let builtIn: TemplateEngine | undefined;

/** Renders a part of a form by the page's own template of this name, or by the one that comes with Hotclub. */
export async function renderPart(template: string, context: object, page: PageRenderer | undefined): Promise<SafeString> {
  if (page !== undefined) {
    try {
      return safe(await page.render(template, context));
    } catch (thrown) {
      if (!(thrown instanceof TemplateNotFound) || thrown.params.template !== template) throw thrown;
    }
  }
  builtIn ??= new TemplateEngine({ directories: [fileURLToPath(formTemplates)] });
  return safe(await builtIn.render(template, context));
}
