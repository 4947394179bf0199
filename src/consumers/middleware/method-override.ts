import { BadRequest, type Handler, type HttpScope } from "../../core/index.js";
import { refuse } from "../refuse.js";
import { isForm } from "./forms/form-field.js";
import { FormFieldHandler } from "./forms/form-field-handler.js";
import { defineMiddleware, type Middleware } from "./middleware.js";

/** Options of `methodOverride`. */
export interface MethodOverrideOptions {
  /** The header that names the method. Default `x-http-method-override`; `false` for none. */
  readonly header?: string | false;
  /** The field of a form that names the method. Default `_method`; `false` for none. */
  readonly field?: string | false;
}

const overrides = new Set(["PUT", "PATCH", "DELETE"]);

/**
 * Lets a POST stand for a PUT, PATCH or DELETE, for clients that cannot send these: an HTML form says so in a hidden
 * field (`<input type="hidden" name="_method" value="DELETE">`), others in a header. Nothing but a POST is changed, and
 * another method is refused with 400, so that what looks harmless on the way stays so.
 */
export function methodOverride(options: MethodOverrideOptions = {}): Middleware<"http"> {
  const { field = "_method" } = options;
  const header = options.header === false ? undefined : (options.header ?? "x-http-method-override").toLowerCase();
  return defineMiddleware({ name: "method-override", scopes: ["http"] }, (next) => (scope, send) => {
    if (scope.method !== "POST") return next(scope, send);
    const go = (method: string | undefined): Handler => {
      if (method === undefined) return next(scope, send);
      const upper = method.toUpperCase();
      if (!overrides.has(upper)) {
        const detail = "A POST can stand for PUT, PATCH and DELETE only.";
        return refuse(scope, send, new BadRequest({ detail }), false);
      }
      setMethod(scope, upper);
      return next(scope, send);
    };
    const given = header === undefined ? undefined : scope.headers.get(header);
    if (given !== undefined) return go(given);
    const contentType = scope.headers.get("content-type");
    if (field === false || contentType === undefined || !isForm(contentType)) return go(undefined);
    return new FormFieldHandler(contentType, field, go);
  });
}

/** The scope's method is what routing, consumers and logs go by; nothing else may change it. */
function setMethod(scope: HttpScope, method: string): void {
  (scope as { method: string }).method = method;
}
