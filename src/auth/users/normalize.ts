/** A name as it is kept and looked for: what looks alike is alike (Unicode's NFKC), without spaces around it. */
export function normalizedName(name: string): string {
  return name.normalize("NFKC").trim();
}

/** An address as it is kept: the domain in lower case, for it means the same (RFC 5321 §2.4). */
export function normalizedEmail(email: string): string {
  const clean = email.trim();
  const at = clean.lastIndexOf("@");
  return at < 0 ? clean : clean.slice(0, at) + clean.slice(at).toLowerCase();
}

/** What a user name may be made of: letters and digits of all scripts, and @ . + - _ (Django's rule). */
const usernamePattern = /^[\p{L}\p{M}\p{N}@.+_-]+$/u;

/** For the `validators` of a field. */
export function usernameProblem(name: string): string | undefined {
  return usernamePattern.test(name) ? undefined : "may hold letters, digits and @ . + - _ only";
}
