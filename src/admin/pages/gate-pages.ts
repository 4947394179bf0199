import {
  authenticate,
  login,
  logout,
  TooManyLogins,
  updateSessionAuthHash,
  userModel,
  userOf,
  type AppUser,
} from "../../auth/index.js";
import { http, type HttpResponse, type Route } from "../../consumers/index.js";
import { passwordProblems } from "../../security/index.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import { AdminPage, pageOf } from "./admin-page.js";
import { notify } from "./notices.js";

/** The pages that lead into the admin and out of it. */
export function gateRoutes(site: AdminRegistry): readonly Route[] {
  return [
    http("/login/", pageOf(LoginPage, site), { name: "login" }),
    http("/logout/", pageOf(LogoutPage, site), { name: "logout" }),
    http("/password/", pageOf(PasswordPage, site), { name: "password" }),
  ];
}

/** Said to whoever may not come in, whatever the reason: it tells nobody which accounts there are. */
const refusal = "This is not the name and password of an account of the staff. Mind capital letters.";

/** Lets the staff in. */
class LoginPage extends AdminPage {
  static override readonly depth = 1;

  async get() {
    const user = await userOf(this.scope);
    if (user.isAuthenticated && user.isStaff) return this.redirect(this.#next, { status: 303 });
    const error = user.isAuthenticated
      ? `You are ${user.displayName}, who is not of the staff. Log in as somebody else.`
      : "";
    return this.#show(200, "", error);
  }

  async post() {
    const form = await this.request.form();
    const name = form.get("username") ?? "";
    const credentials = { [userModel().usernameField]: name, username: name, password: form.get("password") ?? "" };
    let user: AppUser | undefined;
    try {
      user = await authenticate(credentials, { scope: this.scope });
    } catch (error) {
      if (!(error instanceof TooManyLogins)) throw error;
      return this.#show(429, name, "Too many tries. Wait a while before the next.");
    }
    if (user === undefined || !user.isActive || !user.isStaff) return this.#show(422, name, refusal);
    await login(this.scope, user);
    return this.redirect(this.#next, { status: 303 });
  }

  get #next(): string {
    const next = this.request.query.get("next") ?? "";
    return next !== "" && this.request.isLocalUrl(next) ? next : this.urls.index;
  }

  #show(status: number, name: string, error: string): Promise<HttpResponse> {
    const label = userModel().usernameField === "email" ? "E-mail address" : "User name";
    const site = { title: this.site.title };
    const hasEnded = this.request.query.has("ended");
    return this.render(
      this.templatesFor("admin/login.liquid"),
      { title: "Log in", site, theme: this.theme, name, error, label, hasEnded },
      { status },
    );
  }
}

/** Lets the user out again. */
class LogoutPage extends AdminPage {
  static override readonly depth = 1;

  async post() {
    await logout(this.scope);
    return this.redirect(this.urls.login, { status: 303 });
  }
}

/** Changes the user's own password. */
class PasswordPage extends AdminPage {
  static override readonly depth = 1;

  get() {
    return this.forStaff((request) =>
      this.page("admin/password.liquid", request, { title: "Change your password", errors: {}, crumbs: this.#crumbs }),
    );
  }

  post() {
    return this.forStaff(async (request) => {
      const user = await userOf(this.scope);
      if (!user.isAuthenticated) throw new Error("Only users come here.");
      const form = await this.request.form();
      const chosen = form.get("new") ?? "";
      const errors: Record<string, readonly string[]> = {};
      if (!(await user.checkPassword(form.get("old") ?? ""))) errors["old"] = ["This is not your password."];
      const attributes = { "user name": user.loginName, "e-mail address": user.mailAddress };
      const problems = await passwordProblems(chosen, { attributes });
      if (problems.length > 0) errors["new"] = problems.map(({ message }) => message);
      if (chosen !== form.get("again")) errors["again"] = ["The two passwords are not the same."];
      if (Object.keys(errors).length > 0) {
        return this.page("admin/password.liquid", request, {
          title: "Change your password",
          errors,
          crumbs: this.#crumbs,
          status: 422,
        });
      }
      await user.setPassword(chosen);
      await user.save();
      await updateSessionAuthHash(this.scope, user);
      await notify(this.scope, "success", "Your password was changed. You were logged out everywhere else.");
      return this.redirect(this.urls.index, { status: 303 });
    });
  }

  get #crumbs() {
    return [{ label: this.site.title, url: this.urls.index }, { label: "Change password" }];
  }
}
