import { HttpConsumer, type HttpResponse, type ResponseOptions } from "../consumers/index.js";
import type { RouteParams } from "../core/index.js";
import { ViewInvalid } from "./errors.js";

/** What views that show a template have in common. */
export abstract class View<Params = RouteParams> extends HttpConsumer<Params> {
  /** The template. Views of models have one by the model's name. */
  readonly templateName: string | undefined = undefined;
  /** More names for the template. */
  readonly extraContext: object = {};

  /** What the template knows besides what the view gives it: override it. */
  protected contextData(): object | Promise<object> {
    return {};
  }

  /** The template that is rendered. Throws `ViewInvalid`. */
  protected get template(): string {
    const { templateName } = this;
    if (templateName === undefined) throw this.invalid("needs a templateName");
    return templateName;
  }

  protected async page(context: object = {}, options?: ResponseOptions): Promise<HttpResponse> {
    const given = await this.contextData();
    return this.render(this.template, { ...context, ...this.extraContext, ...given }, options);
  }

  protected invalid(problem: string): ViewInvalid {
    return new ViewInvalid({ view: this.constructor.name, problem });
  }
}
