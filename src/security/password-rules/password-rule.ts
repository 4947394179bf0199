/** Whose password it is to be. */
export interface PasswordOwner {
  /** What others know of her, by a name that she reads: `{ "user name": "django", "e-mail address": "…" }`. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/** What is wrong with a password. */
export interface PasswordProblem {
  /** For translations, as Django names it: `password_too_short`. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** In English, a whole sentence. */
  readonly message: string;
}

/** One rule that passwords are to keep. */
export interface PasswordRule {
  /** What she is told before she chooses, in English, a whole sentence. */
  readonly help: string;
  /** What is wrong, or `undefined`. */
  check(password: string, owner: PasswordOwner): PasswordProblem | undefined | Promise<PasswordProblem | undefined>;
}
