/** Who does something, as far as backends and guards must know: a user, or nobody in particular. */
export interface Identity {
  /** The primary key; `undefined` of who has not logged in. */
  readonly pk: unknown;
  readonly isAuthenticated: boolean;
  readonly isActive: boolean;
  readonly isStaff: boolean;
  readonly isSuperuser: boolean;
}
