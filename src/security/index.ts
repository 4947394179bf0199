/**
 * Passwords: hashed, looked at, and held to rules. Its three main names are `PasswordHashes`, `passwordProblems` and
 * `unusablePassword`.
 *
 * ```ts
 * const hashes = new PasswordHashes();
 * const kept = await hashes.hash("manoir de mes rêves"); // "argon2$argon2id$v=19$m=65536,t=3,p=4$…"
 * const { isRight, isOutdated } = await hashes.verify(given, user?.password);
 * if (isRight && isOutdated) user.password = await hashes.hash(given);
 * ```
 */
export { HasherMissing, PasswordRefused } from "./errors.js";
export { passwordProblems, requireGoodPassword } from "./password-rules/check-password.js";
export type { PasswordOwner, PasswordProblem, PasswordRule } from "./password-rules/password-rule.js";
export { defaultPasswordRules, minimumLength, notCommon, notLikeOwner, notOnlyDigits } from "./password-rules/rules.js";
export { Argon2Hasher, type Argon2Cost } from "./passwords/argon2-hasher.js";
export { BcryptHasher } from "./passwords/bcrypt-hasher.js";
export type { PasswordHasher } from "./passwords/hasher.js";
export { defaultHashers, PasswordHashes, type PasswordVerdict, unusablePassword } from "./passwords/password-hashes.js";
export { Pbkdf2Hasher } from "./passwords/pbkdf2-hasher.js";
export { randomText } from "./passwords/random-text.js";
export { ScryptHasher, type ScryptCost } from "./passwords/scrypt-hasher.js";
