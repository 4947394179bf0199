import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

import type { PasswordHasher } from "./hasher.js";
import { isBase64 } from "./base64.js";
import { randomText } from "./random-text.js";
import { sameBytes } from "./same-bytes.js";

const derive = promisify(pbkdf2);

/** What no table holds, and what would keep a thread for minutes. */
const maxIterations = 20_000_000;

const digests = { pbkdf2_sha256: { name: "sha256", bytes: 32 }, pbkdf2_sha1: { name: "sha1", bytes: 20 } } as const;

/** PBKDF2 (RFC 8018) over SHA-256 or SHA-1, in Django's form: `pbkdf2_sha256$iterations$salt$hash`. */
export class Pbkdf2Hasher implements PasswordHasher {
  readonly algorithm: keyof typeof digests;
  readonly #iterations: number;

  /** `iterations`: default 1,200,000. */
  constructor(algorithm: keyof typeof digests = "pbkdf2_sha256", iterations = 1_200_000) {
    this.algorithm = algorithm;
    this.#iterations = iterations;
  }

  async hash(password: string): Promise<string> {
    const salt = randomText(22);
    const hash = await this.#derive(password, salt, this.#iterations);
    return `${this.algorithm}$${this.#iterations}$${salt}$${hash.toString("base64")}`;
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    const parsed = this.#parse(encoded);
    if (parsed === undefined) return false;
    return sameBytes(await this.#derive(password, parsed.salt, parsed.iterations), parsed.hash);
  }

  isOutdated(encoded: string): boolean {
    return this.#parse(encoded)?.iterations !== this.#iterations;
  }

  #derive(password: string, salt: string, iterations: number): Promise<Buffer> {
    const { name, bytes } = digests[this.algorithm];
    return derive(password, salt, iterations, bytes, name);
  }

  #parse(encoded: string): { iterations: number; salt: string; hash: Buffer } | undefined {
    const [algorithm, count = "", salt = "", hash = "", ...rest] = encoded.split("$");
    const iterations = Number(count);
    const isWhole = algorithm === this.algorithm && /^\d{1,8}$/.test(count) && rest.length === 0 && isBase64(hash);
    if (!isWhole || iterations < 1 || iterations > maxIterations) return undefined;
    return { iterations, salt, hash: Buffer.from(hash, "base64") };
  }
}
