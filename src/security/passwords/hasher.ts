/**
 * One way to hash passwords. What `hash` gives begins with the algorithm's name and a `$`, and says with which salt
 * and at which cost it was made, in Django's own form: a table of users can be read by both.
 */
export interface PasswordHasher {
  /** What encoded hashes of this kind begin with, up to the first `$`. */
  readonly algorithm: string;
  /** The encoded hash of `password`, with a new random salt. */
  hash(password: string): Promise<string>;
  /** Whether `encoded` was made from `password`. False, too, for what this kind cannot read. */
  verify(password: string, encoded: string): Promise<boolean>;
  /** Whether `encoded` was made at another cost than `hash` would take now. */
  isOutdated(encoded: string): boolean;
}
