import { HttpConsumer, type HttpResponse } from "../consumers/index.js";
import type { RouteParams } from "../core/index.js";
import { ViewInvalid } from "./errors.js";

/**
 * Sends everybody elsewhere. `url` may name values captured from the path: `/articles/:slug/`.
 *
 * ```ts
 * class OldArticle extends RedirectView<{ slug: string }> {
 *   override url = "/articles/:slug/";
 *   override permanent = true;
 * }
 * ```
 */
export abstract class RedirectView<Params = RouteParams> extends HttpConsumer<Params> {
  readonly url: string | undefined = undefined;
  /** 301 rather than 302; with `keepsMethod` 308 rather than 307. Default false. */
  readonly permanent: boolean = false;
  /** Whether the query goes along. Default false. */
  readonly keepsQuery: boolean = false;
  /** Whether the other place gets the same method and body. Default false. */
  readonly keepsMethod: boolean = false;

  /** Where to; `undefined` answers 410, what was here is gone. Throws `ViewInvalid`. */
  protected target(): string | undefined | Promise<string | undefined> {
    const { url } = this;
    if (url === undefined) return undefined;
    const params = this.params as Readonly<Record<string, unknown>>;
    return url.replaceAll(/:([A-Za-z_]\w*)/g, (_whole, name: string) => {
      if (!Object.hasOwn(params, name)) {
        throw new ViewInvalid({ view: this.constructor.name, problem: `leads to ${url}, but its path has no ${name}` });
      }
      return encodeURIComponent(String(params[name]));
    });
  }

  async get(): Promise<HttpResponse> {
    const target = await this.target();
    if (target === undefined) return this.text("This page is gone.", { status: 410 });
    const { queryString } = this.scope;
    const query = this.keepsQuery && queryString !== "" ? `${target.includes("?") ? "&" : "?"}${queryString}` : "";
    const status = this.keepsMethod ? (this.permanent ? 308 : 307) : this.permanent ? 301 : 302;
    return this.redirect(target + query, { status });
  }

  post(): Promise<HttpResponse> {
    return this.get();
  }

  put(): Promise<HttpResponse> {
    return this.get();
  }

  patch(): Promise<HttpResponse> {
    return this.get();
  }

  delete(): Promise<HttpResponse> {
    return this.get();
  }

  options(): Promise<HttpResponse> {
    return this.get();
  }
}
