import type { Scope } from "../../core/index.js";
import type { Identity } from "../users/identity.js";

/** What somebody who wants to log in says of herself: a name and a password, or whatever a backend understands. */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly [name: string]: unknown;
}

/**
 * One way of knowing who somebody is, and what she may do. Backends are asked in their order; each does what it has
 * methods for.
 *
 * ```ts
 * const ldap: AuthBackend = {
 *   name: "ldap",
 *   async authenticate({ username, password }) {
 *     if (!(await bind(username, password))) return undefined;
 *     const [user] = await User.getOrCreate({ username });
 *     return user;
 *   },
 * };
 * ```
 */
export interface AuthBackend {
  /** Kept in sessions, so that the user of a session is looked for where she came from. */
  readonly name: string;
  /**
   * The user whose credentials these are; `undefined` where they are nobody's or not of the kind that is understood. A
   * `PermissionDenied` ends the asking: no further backend is asked.
   */
  authenticate?(credentials: Credentials, scope: Scope | undefined): Promise<Identity | undefined>;
  /** The user with a primary key who may still use the site. Without this method: who is there and active. */
  find?(key: unknown): Promise<Identity | undefined>;
  /** Whether somebody may do something. A `PermissionDenied` says no for all backends. */
  hasPermission?(who: Identity, permission: string, object: object | undefined): boolean | Promise<boolean>;
  /** What somebody may do; of `object` where it is given. Asked once for each request. */
  userPermissions?(who: Identity, object: object | undefined): Promise<Iterable<string>>;
  /** What she may do because of her groups. */
  groupPermissions?(who: Identity, object: object | undefined): Promise<Iterable<string>>;
}
