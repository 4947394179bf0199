import { type Scope, Signal } from "../../core/index.js";
import type { Credentials } from "../backends/backend.js";
import type { Identity } from "../users/identity.js";

/** What `loggedIn` and `loggedOut` say. */
export interface LoginMessage {
  readonly sender: object;
  readonly user: Identity;
  readonly scope: Scope;
}

/** What `loginFailed` says. */
export interface LoginFailedMessage {
  readonly sender: object;
  /** What was given, without the password. */
  readonly credentials: Omit<Credentials, "password">;
  readonly scope: Scope | undefined;
}

/** After somebody has logged in. The sender is the user's model. */
export const loggedIn: Signal<LoginMessage> = new Signal();
/** After somebody has logged out. The sender is the user's model. */
export const loggedOut: Signal<LoginMessage> = new Signal();
/** After credentials were found to be nobody's. */
export const loginFailed: Signal<LoginFailedMessage> = new Signal();
