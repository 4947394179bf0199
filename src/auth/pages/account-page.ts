import { HttpConsumer, type HttpResponse, type ResponseOptions } from "../../consumers/index.js";
import type { RouteParams } from "../../core/index.js";
import { type AccountOptions, placeOf, signUpOptions } from "./page-options.js";

/** The pages of accounts, by what templates call them, and where they are below the common path. */
export const accountPaths = {
  login: "login/",
  logout: "logout/",
  password: "password/",
  passwordDone: "password/done/",
  reset: "reset/",
  resetSent: "reset/sent/",
  resetLink: "reset/link/",
  resetChoose: "reset/choose/",
  resetDone: "reset/done/",
  signUp: "sign-up/",
  signUpSent: "sign-up/sent/",
  signUpLink: "sign-up/link/",
} as const;

export type AccountPath = keyof typeof accountPaths;

/** A page of accounts. Its template is `static template`; a project's own template of that name goes before. */
export abstract class AccountPage<Params = RouteParams> extends HttpConsumer<Params> {
  static readonly template: string = "auth/page.liquid";

  protected get options(): AccountOptions {
    return placeOf(this.scope).options;
  }

  /** The path of another page of accounts. */
  protected pathOf(page: AccountPath): string {
    return placeOf(this.scope).base + accountPaths[page];
  }

  /** Where the visitor was on her way to (`next`), if that is on this site. */
  protected async next(): Promise<string | undefined> {
    const isForm = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)$/.test(this.request.contentType);
    const form = this.scope.method === "POST" && isForm ? await this.request.form() : undefined;
    const given = form?.get("next") ?? this.request.query.get("next") ?? undefined;
    return given !== undefined && this.request.isLocalUrl(given) ? given : undefined;
  }

  /** The page, which nobody is to keep: it shows who is logged in, or has a token in it. */
  protected async page(
    context: object = {},
    options: ResponseOptions & { readonly template?: string } = {},
  ): Promise<HttpResponse> {
    const { template = (this.constructor as typeof AccountPage).template, ...response } = options;
    const next = await this.next();
    const paths = Object.fromEntries(
      (Object.keys(accountPaths) as AccountPath[]).map((name) => [name, this.pathOf(name)]),
    );
    const rendered = await this.render(
      template,
      { next, accounts: paths, maySignUp: signUpOptions(this.options) !== undefined, ...context },
      response,
    );
    return rendered.setHeader("cache-control", "no-store, private");
  }

  /** Sends the visitor to another page of accounts, or to any path of this site. */
  protected go(path: string): HttpResponse {
    return this.redirect(path, { status: 303, headers: { "cache-control": "no-store, private" } });
  }
}
