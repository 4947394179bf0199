import { HasherMissing } from "../errors.js";
import { Argon2Hasher } from "./argon2-hasher.js";
import { BcryptHasher } from "./bcrypt-hasher.js";
import type { PasswordHasher } from "./hasher.js";
import { Pbkdf2Hasher } from "./pbkdf2-hasher.js";
import { randomText } from "./random-text.js";
import { ScryptHasher } from "./scrypt-hasher.js";

/** What a look at a password says. */
export interface PasswordVerdict {
  /** Whether it is the right one. */
  readonly isRight: boolean;
  /** Whether the password, which is right and known now, should be hashed again: it was by an older way, or at an older cost. */
  readonly isOutdated: boolean;
}

/** No hash begins so: no password is right. As Django marks it. */
const unusablePrefix = "!";

/** Passwords longer than this, in characters, are wrong without a look: hashing them is work that anyone could ask for. */
const maxLength = 4096;

/**
 * Hashes passwords and looks at hashes. The first of `hashers` makes new ones, all of them read: what another has made
 * is told to be outdated, so that it is replaced at the next login.
 *
 * Throws `HasherMissing` for an empty list.
 */
export class PasswordHashes {
  readonly #preferred: PasswordHasher;
  readonly #hashers: ReadonlyMap<string, PasswordHasher>;
  #decoy: Promise<string> | undefined;

  constructor(hashers: readonly PasswordHasher[] = defaultHashers()) {
    const [preferred] = hashers;
    if (preferred === undefined) throw new HasherMissing();
    this.#preferred = preferred;
    this.#hashers = new Map(hashers.map((hasher) => [hasher.algorithm, hasher]));
  }

  /** The encoded hash to keep. */
  hash(password: string): Promise<string> {
    return this.#preferred.hash(password);
  }

  /**
   * Whether `password` is the one that `encoded` was made from. Where there is nothing to compare with (nobody of that
   * name, an unusable or unknown hash), a hash of nobody's is looked at instead: the time does not tell who is known.
   */
  async verify(password: string, encoded: string | undefined): Promise<PasswordVerdict> {
    if (password.length > maxLength) return { isRight: false, isOutdated: false };
    const hasher = encoded === undefined ? undefined : this.#hasherOf(encoded);
    if (encoded === undefined || hasher === undefined) {
      this.#decoy ??= this.#preferred.hash(randomText(22));
      await this.#preferred.verify(password, await this.#decoy);
      return { isRight: false, isOutdated: false };
    }
    const isRight = await hasher.verify(password, encoded);
    return { isRight, isOutdated: isRight && (hasher !== this.#preferred || hasher.isOutdated(encoded)) };
  }

  /** Whether a password may be right for `encoded`: it is the hash of one, by a way that is known here. */
  isUsable(encoded: string): boolean {
    return this.#hasherOf(encoded) !== undefined;
  }

  #hasherOf(encoded: string): PasswordHasher | undefined {
    if (encoded.startsWith(unusablePrefix)) return undefined;
    const end = encoded.indexOf("$");
    return end === -1 ? undefined : this.#hashers.get(encoded.slice(0, end));
  }
}

/** Argon2id for new hashes; PBKDF2, scrypt and bcrypt, as Django wrote them, are read. */
export function defaultHashers(): readonly PasswordHasher[] {
  return [
    new Argon2Hasher(),
    new Pbkdf2Hasher("pbkdf2_sha256"),
    new Pbkdf2Hasher("pbkdf2_sha1"),
    new ScryptHasher(),
    new BcryptHasher("bcrypt_sha256"),
    new BcryptHasher("bcrypt"),
  ];
}

/** To be kept in place of a hash where no password is to be right: who logs in otherwise, or is not to log in. */
export function unusablePassword(): string {
  return unusablePrefix + randomText(40);
}
