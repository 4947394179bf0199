import { http, type PathRoute } from "../../consumers/index.js";
import { LoginPage } from "./login-page.js";
import { LogoutPage } from "./logout-page.js";
import { type AccountOptions, atPlace, signUpOptions } from "./page-options.js";
import { PasswordChangePage, PasswordDonePage } from "./password-pages.js";
import { ResetChoosePage, ResetDonePage, ResetLinkPage, ResetPage, ResetSentPage } from "./reset-pages.js";
import { SignUpLinkPage, SignUpPage, SignUpSentPage } from "./sign-up-pages.js";

/** The pages of accounts; a class that extends one may stand in its place. */
export interface AccountPages {
  readonly login: typeof LoginPage;
  readonly logout: typeof LogoutPage;
  readonly password: typeof PasswordChangePage;
  readonly passwordDone: typeof PasswordDonePage;
  readonly reset: typeof ResetPage;
  readonly resetSent: typeof ResetSentPage;
  readonly resetLink: typeof ResetLinkPage;
  readonly resetChoose: typeof ResetChoosePage;
  readonly resetDone: typeof ResetDonePage;
  readonly signUp: typeof SignUpPage;
  readonly signUpSent: typeof SignUpSentPage;
  readonly signUpLink: typeof SignUpLinkPage;
}

/** Options of `authRoutes`. */
export interface AuthRoutesOptions extends AccountOptions {
  /** Pages of the project's own, in the place of the usual ones. */
  readonly pages?: Partial<AccountPages>;
}

const usual: AccountPages = {
  login: LoginPage,
  logout: LogoutPage,
  password: PasswordChangePage,
  passwordDone: PasswordDonePage,
  reset: ResetPage,
  resetSent: ResetSentPage,
  resetLink: ResetLinkPage,
  resetChoose: ResetChoosePage,
  resetDone: ResetDonePage,
  signUp: SignUpPage,
  signUpSent: SignUpSentPage,
  signUpLink: SignUpLinkPage,
};

/**
 * The pages that people log in and out on, choose a new password, have one sent by mail and, where `signUp` says so,
 * make an account: `include("/accounts/", authRoutes({ signUp: true }))`. Their templates are `auth/login.liquid` and so
 * on; a project's own of these names go before.
 */
export function authRoutes(options: AuthRoutesOptions = {}): readonly PathRoute[] {
  const { pages, ...rest } = options;
  const page = { ...usual, ...pages };
  const at = (depth: number) => [atPlace(rest, depth)];
  return [
    http("/login/", page.login, { name: "login", middleware: at(1) }),
    http("/logout/", page.logout, { name: "logout", middleware: at(1) }),
    http("/password/", page.password, { name: "password-change", middleware: at(1) }),
    http("/password/done/", page.passwordDone, { name: "password-change-done", middleware: at(2) }),
    http("/reset/", page.reset, { name: "password-reset", middleware: at(1) }),
    http("/reset/sent/", page.resetSent, { name: "password-reset-sent", middleware: at(2) }),
    http("/reset/link/:token/", page.resetLink, { name: "password-reset-link", middleware: at(3) }),
    http("/reset/choose/", page.resetChoose, { name: "password-reset-choose", middleware: at(2) }),
    http("/reset/done/", page.resetDone, { name: "password-reset-done", middleware: at(2) }),
    ...(signUpOptions(rest) === undefined
      ? []
      : [
          http("/sign-up/", page.signUp, { name: "sign-up", middleware: at(1) }),
          http("/sign-up/sent/", page.signUpSent, { name: "sign-up-sent", middleware: at(2) }),
          http("/sign-up/link/:token/", page.signUpLink, { name: "sign-up-link", middleware: at(3) }),
        ]),
  ];
}
