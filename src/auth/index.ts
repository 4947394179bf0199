/**
 * Users: who they are, how they log in and out, and what they may do. Its three main names are `authApp`,
 * `authentication` and `login`.
 *
 * ```ts
 * export default defineProject({
 *   apps: [sessionsApp, authApp],
 *   middleware: [sessions({ engine: databaseSessions() }), authentication()],
 *   …
 * });
 *
 * class Greeting extends HttpConsumer {
 *   async get() {
 *     const user = await this.user;
 *     return this.text(user.isAuthenticated ? `Hello, ${user.displayName}` : "Hello, whoever you are");
 *   }
 * }
 * ```
 */
export { LoginForm, type LoginFormOptions } from "./account-forms/login-form.js";
export { PasswordChangeForm, type PasswordChangeOptions } from "./account-forms/password-change-form.js";
export { ResetForm } from "./account-forms/reset-form.js";
export { SetPasswordForm, type SetPasswordOptions } from "./account-forms/set-password-form.js";
export { SignUpForm, type SignUpFormOptions } from "./account-forms/sign-up-form.js";
export { authApp } from "./auth-app.js";
export { authenticate, type AuthenticateOptions, backendOf } from "./backends/authenticate.js";
export type { AuthBackend, Credentials } from "./backends/backend.js";
export { modelBackend, type ModelBackendOptions, userCalled } from "./backends/model-backend.js";
export { AuthenticationMissing, AuthInvalid, LoginRequired, TooManyLogins, UserInvalid } from "./errors.js";
export {
  type GuardOptions,
  loginNotRequired,
  loginRequired,
  permissionRequired,
  requireUser,
  userPasses,
} from "./guards/guard.js";
export type { LoginThrottleOptions } from "./login/login-throttle.js";
export { login, type LoginOptions, logout, updateSessionAuthHash } from "./login/login.js";
export { loggedIn, loggedOut, loginFailed, type LoginFailedMessage, type LoginMessage } from "./login/signals.js";
export { nameOfAsker } from "./login/name-of-asker.js";
export { userOf } from "./login/user-of.js";
export { authentication, type AuthenticationOptions } from "./middleware/authentication.js";
export { AccountPage, type AccountPath } from "./pages/account-page.js";
export { type AccountPages, authRoutes, type AuthRoutesOptions } from "./pages/account-routes.js";
export { LoginPage } from "./pages/login-page.js";
export { LogoutPage } from "./pages/logout-page.js";
export type { AccountOptions, SignUpOptions } from "./pages/page-options.js";
export { PasswordChangePage, PasswordDonePage } from "./pages/password-pages.js";
export { ResetChoosePage, ResetDonePage, ResetLinkPage, ResetPage, ResetSentPage } from "./pages/reset-pages.js";
export { SignUpLinkPage, SignUpPage, SignUpSentPage } from "./pages/sign-up-pages.js";
export { problemsOfPassword, usePasswordHashes } from "./passwords.js";
export { Group } from "./permissions/group.js";
export { makePermissions, permissionFor } from "./permissions/make-permissions.js";
export { Permission } from "./permissions/permission.js";
export { AbstractBaseUser, type NewUser } from "./users/abstract-base-user.js";
export { AbstractEmailUser, AbstractUser } from "./users/abstract-user.js";
export { AnonymousUser } from "./users/anonymous-user.js";
export type { AuthTypes } from "./users/auth-types.js";
export type { Identity } from "./users/identity.js";
export {
  type AppUser,
  userModel,
  type UserModelClass,
  type UserModelStatics,
  type Visitor,
} from "./users/user-model.js";
export { User } from "./users/user.js";
