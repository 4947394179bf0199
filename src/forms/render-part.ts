import { fileURLToPath } from "node:url";

import { type PageRenderer, safe, type SafeString, TemplateEngine, TemplateNotFound } from "../templates/index.js";

/** The directory of the templates that forms are rendered with where a project has none of its own. */
export const formTemplates = new URL("./templates/", import.meta.url);

let builtIn: TemplateEngine | undefined;

/** Renders a part of a form by the page's own template of this name, or by the one that comes with Hotclub. */
export async function renderPart(
  template: string,
  context: object,
  page: PageRenderer | undefined,
): Promise<SafeString> {
  if (page !== undefined) {
    try {
      return safe((await page.render(template, context)).trim());
    } catch (thrown) {
      if (!(thrown instanceof TemplateNotFound) || thrown.params.template !== template) throw thrown;
    }
  }
  builtIn ??= new TemplateEngine({ directories: [fileURLToPath(formTemplates)] });
  return safe((await builtIn.render(template, context)).trim());
}
