import type { HttpResponse } from "../../consumers/index.js";
import { loginNotRequired } from "../guards/guard.js";
import { logout } from "../login/login.js";
import { AccountPage } from "./account-page.js";

/** Where people log out: by POST alone, so that no picture of another site can do it for them. */
export class LogoutPage extends AccountPage {
  static readonly exempt: readonly string[] = [loginNotRequired];

  async post(): Promise<HttpResponse> {
    const next = (await this.next()) ?? this.options.afterLogout ?? "/";
    await logout(this.scope);
    return this.go(next);
  }
}
