import {
  defaultPasswordRules,
  PasswordHashes,
  type PasswordProblem,
  type PasswordRule,
  passwordProblems,
} from "../security/index.js";

let hashes: PasswordHashes | undefined;
let rules: readonly PasswordRule[] | undefined;

/** How passwords are hashed in this process. Default: argon2id, and Django's hashes are read. */
export function passwordHashes(): PasswordHashes {
  return (hashes ??= new PasswordHashes());
}

/** Has passwords hashed in another way from now on: at another cost, or by another hasher. Returns the one before. */
export function usePasswordHashes(another: PasswordHashes): PasswordHashes {
  const before = passwordHashes();
  hashes = another;
  return before;
}

/** What new passwords are to keep. Default: Django's four rules. */
export function passwordRules(): readonly PasswordRule[] {
  return (rules ??= defaultPasswordRules());
}

/** Sets the rules of this process; `undefined` for the usual ones. */
export function usePasswordRules(another: readonly PasswordRule[] | undefined): void {
  rules = another;
}

/** What is wrong with a new password of a user. */
export function problemsOfPassword(password: string, owner: object): Promise<readonly PasswordProblem[]> {
  return passwordProblems(password, { attributes: namesOf(owner) }, passwordRules());
}

const telling: Readonly<Record<string, string>> = {
  username: "user name",
  email: "e-mail address",
  firstName: "first name",
  lastName: "last name",
};

/** What others know of her, which her password is not to be like. */
function namesOf(owner: object): Record<string, string | undefined> {
  const values = owner as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(telling).flatMap(([field, name]) => {
      const value = values[field];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
