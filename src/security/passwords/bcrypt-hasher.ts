import { createHash } from "node:crypto";

import type { PasswordHasher } from "./hasher.js";

/**
 * bcrypt in Django's two forms: `bcrypt_sha256$$2b$12$…`, where the password is hashed first so that all of a long one
 * counts, and `bcrypt$$2b$12$…`, which reads 72 bytes of it. To read what other systems wrote, rather than to write.
 */
export class BcryptHasher implements PasswordHasher {
  readonly algorithm: "bcrypt_sha256" | "bcrypt";
  readonly #rounds: number;

  /** `rounds`: the logarithm of the cost, default 12. */
  constructor(algorithm: "bcrypt_sha256" | "bcrypt" = "bcrypt_sha256", rounds = 12) {
    this.algorithm = algorithm;
    this.#rounds = rounds;
  }

  async hash(password: string): Promise<string> {
    const bcrypt = await import("bcryptjs");
    return `${this.algorithm}$${await bcrypt.hash(this.#text(password), this.#rounds)}`;
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    if (this.#roundsOf(encoded) === undefined) return false;
    const bcrypt = await import("bcryptjs");
    return bcrypt.compare(this.#text(password), encoded.slice(this.algorithm.length + 1));
  }

  isOutdated(encoded: string): boolean {
    return this.#roundsOf(encoded) !== this.#rounds;
  }

  #text(password: string): string {
    return this.algorithm === "bcrypt" ? password : createHash("sha256").update(password).digest("hex");
  }

  #roundsOf(encoded: string): number | undefined {
    const match = /^(\w+)\$\$2[aby]\$(\d\d)\$[\w./]{53}$/.exec(encoded);
    const rounds = Number(match?.[2]);
    return match?.[1] === this.algorithm && rounds >= 4 && rounds <= 16 ? rounds : undefined;
  }
}
