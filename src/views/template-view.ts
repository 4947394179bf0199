import type { HttpResponse } from "../consumers/index.js";
import type { RouteParams } from "../core/index.js";
import { View } from "./view.js";

/**
 * A page that is a template; it knows the values captured from the path.
 *
 * ```ts
 * class About extends TemplateView {
 *   override templateName = "about.liquid";
 * }
 * ```
 */
export abstract class TemplateView<Params = RouteParams> extends View<Params> {
  get(): Promise<HttpResponse> {
    return this.page({ ...(this.params as object) });
  }
}
