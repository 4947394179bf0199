import {
  answerWith,
  defineMiddleware,
  handleLater,
  isExempt,
  type Middleware,
  preferredType,
  redirect,
  refuse,
} from "../../consumers/index.js";
import type { Handler, HttpScope, Send, WebSocketScope } from "../../core/index.js";
import { PermissionDenied } from "../../core/index.js";
import { LoginRequired } from "../errors.js";
import { userOf } from "../login/user-of.js";
import type { AppUser, Visitor } from "../users/user-model.js";
import { loginUrlWith } from "./login-url.js";

type Guarded = HttpScope | WebSocketScope;

/** What all guards may be told. */
export interface GuardOptions {
  /** Where people log in. Default: what `authentication({ loginUrl })` says. */
  readonly loginUrl?: string;
}

/** The name that consumers are exempt by: `static exempt = [loginNotRequired]`. */
export const loginNotRequired = "login-required";

/**
 * Lets only those in who are logged in. Browsers that ask for a page are sent to log in and come back then; all others
 * are refused with 403, sockets before they are accepted.
 *
 * Around one route, several, or one class of consumers:
 *
 * ```ts
 * http("/profile/", Profile, { middleware: [loginRequired()] })
 * include("/club/", clubRoutes, { middleware: [loginRequired()] })
 * class Profile extends HttpConsumer { static middleware = [loginRequired()]; }
 * ```
 *
 * Among the middleware of the project, after `authentication()`, it is around everything but consumers that say
 * `static exempt = [loginNotRequired]`.
 */
export function loginRequired(options: GuardOptions = {}): Middleware<"http" | "websocket"> {
  return guard("login-required", options, () => true);
}

/** Lets only those in who may do all of this: `permissionRequired("chat.change_room")`. Who has logged in and may not gets 403. */
export function permissionRequired(
  permissions: string | readonly string[],
  options: GuardOptions = {},
): Middleware<"http" | "websocket"> {
  const wanted = typeof permissions === "string" ? [permissions] : permissions;
  return guard("permission-required", options, (user) => (user as unknown as Holder).hasPerms(wanted));
}

/** Lets only those in for whom `test` says yes, who have logged in: `userPasses((user) => user.isStaff)`. */
export function userPasses(
  test: (user: AppUser, scope: Guarded) => boolean | Promise<boolean>,
  options: GuardOptions = {},
): Middleware<"http" | "websocket"> {
  return guard("user-passes", options, test);
}

interface Holder {
  hasPerms(permissions: readonly string[]): Promise<boolean>;
}

/** Middleware that asks who it is once the route is known, and lets its consumer begin only then. */
function guard(
  name: string,
  { loginUrl }: GuardOptions,
  test: (user: AppUser, scope: Guarded) => boolean | Promise<boolean>,
): Middleware<"http" | "websocket"> {
  const after = ["authentication", "csrf"];
  return defineMiddleware({ name, scopes: ["http", "websocket"], after }, (next) => (scope, send) => {
    const inner = next(scope, send);
    // What is not there is there for nobody; that it is not needs no login.
    if (scope.route === undefined || isExempt(scope, name)) return inner;
    return handleLater(async () => {
      const visitor = await userOf(scope);
      if (!isUser(visitor)) return askToLogIn(scope, send, loginUrl);
      if (await test(visitor, scope)) return inner;
      return refuse(scope, send, new PermissionDenied({ detail: "You may not do this." }), false);
    });
  });
}

/** Sends a browser to log in; refuses all others. */
function askToLogIn(scope: Guarded, send: Send, loginUrl: string | undefined): Handler {
  if (scope.type === "websocket" || !wantsPage(scope)) return refuse(scope, send, new LoginRequired(), false);
  const isSafe = scope.method === "GET" || scope.method === "HEAD";
  const here = scope.rawPath + (scope.queryString === "" ? "" : `?${scope.queryString}`);
  const response = redirect(loginUrlWith(isSafe ? here : "/", loginUrl), { status: 303 });
  return answerWith(send, response.setHeader("cache-control", "no-store"));
}

function wantsPage({ headers }: HttpScope): boolean {
  const accept = headers.get("accept");
  return accept !== undefined && preferredType(accept, ["application/json", "text/html"]) === "text/html";
}

export function isUser(visitor: Visitor): visitor is AppUser {
  return (visitor as { readonly isAuthenticated: boolean }).isAuthenticated;
}

/** Who is logged in. Rejects with `LoginRequired` (403) where nobody is: for consumers that ask by themselves. */
export async function requireUser(scope: Guarded): Promise<AppUser> {
  const visitor = await userOf(scope);
  if (!isUser(visitor)) throw new LoginRequired();
  return visitor;
}
