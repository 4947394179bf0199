import { defineMiddleware, type Middleware } from "../../consumers/index.js";
import type { HttpScope } from "../../core/index.js";

/** How people make accounts for themselves. */
export interface SignUpOptions {
  /**
   * Whether an account can be used only when a mail to its address was answered. Default true. Without, whoever signs up
   * is logged in at once, and an address need not be given.
   */
  readonly confirmMail?: boolean;
}

/** What the pages of accounts are to do. */
export interface AccountOptions {
  /** Where people go who have logged in, unless they were on their way somewhere. Default `/`. */
  readonly afterLogin?: string;
  /** Where people go who have logged out. Default `/`. */
  readonly afterLogout?: string;
  /** Whether people may sign up. Default false. */
  readonly signUp?: boolean | SignUpOptions;
  /** Whether who is logged in is sent on by the page for logging in. Default false. */
  readonly redirectAuthenticated?: boolean;
  /** How long links in mails are good, in seconds. Default three days. */
  readonly linkMaxAgeS?: number;
  /** Whether who has chosen a new password by mail is logged in at once. Default false. */
  readonly loginAfterReset?: boolean;
}

/** What a page knows of its place. */
export interface AccountPlace {
  readonly options: AccountOptions;
  /** The path that all pages of accounts are under: `/accounts/`. */
  readonly base: string;
}

const places = new WeakMap<object, AccountPlace>();

/** Tells a page, which is `depth` segments below the others' common path, what it is to do. */
export function atPlace(options: AccountOptions, depth: number): Middleware<"http"> {
  return defineMiddleware({ name: "account-page", scopes: ["http"] }, (next) => (scope, send) => {
    const parts = scope.rawPath.split("/");
    // A path ends with a slash, after which there is one empty part.
    const base = `${parts.slice(0, parts.length - 1 - depth).join("/")}/`;
    places.set(scope, { options, base });
    return next(scope, send);
  });
}

/** Where a page is; `/accounts/` with nothing said for one that stands by itself. */
export function placeOf(scope: HttpScope): AccountPlace {
  return places.get(scope) ?? { options: {}, base: "/accounts/" };
}

export function signUpOptions({ signUp = false }: AccountOptions): Required<SignUpOptions> | undefined {
  if (signUp === false) return undefined;
  return { confirmMail: true, ...(signUp === true ? {} : signUp) };
}
