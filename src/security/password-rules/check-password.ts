import { PasswordRefused } from "../errors.js";
import type { PasswordOwner, PasswordProblem, PasswordRule } from "./password-rule.js";
import { defaultPasswordRules } from "./rules.js";

/** Everything that is wrong with a password, in the order of the rules; none for a good one. */
export async function passwordProblems(
  password: string,
  owner: PasswordOwner = {},
  rules: readonly PasswordRule[] = defaultPasswordRules(),
): Promise<readonly PasswordProblem[]> {
  const problems: PasswordProblem[] = [];
  for (const rule of rules) {
    const problem = await rule.check(password, owner);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** Rejects with `PasswordRefused` where a password does not keep the rules. */
export async function requireGoodPassword(
  password: string,
  owner: PasswordOwner = {},
  rules: readonly PasswordRule[] = defaultPasswordRules(),
): Promise<void> {
  const problems = await passwordProblems(password, owner, rules);
  if (problems.length > 0) throw new PasswordRefused({ problems });
}
