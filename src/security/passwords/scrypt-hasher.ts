import { scrypt, type ScryptOptions } from "node:crypto";

import type { PasswordHasher } from "./hasher.js";
import { isBase64 } from "./base64.js";
import { randomText } from "./random-text.js";
import { sameBytes } from "./same-bytes.js";

/** What one hash costs (RFC 7914 §2). */
export interface ScryptCost {
  /** `N`, a power of two. Default 16,384. */
  readonly work?: number;
  /** `r`. Default 8. */
  readonly blockSize?: number;
  /** `p`. Default 5. */
  readonly parallelism?: number;
}

const hashBytes = 64;

/** What one look at a password may take; hashes that ask for more are not read. */
const maxMemoryBytes = 256 * 1024 * 1024;

/** scrypt (RFC 7914) in Django's form: `scrypt$work$salt$blockSize$parallelism$hash`. */
export class ScryptHasher implements PasswordHasher {
  readonly algorithm = "scrypt";
  readonly #cost: Required<ScryptCost>;

  constructor({ work = 16_384, blockSize = 8, parallelism = 5 }: ScryptCost = {}) {
    this.#cost = { work, blockSize, parallelism };
  }

  async hash(password: string): Promise<string> {
    const { work, blockSize, parallelism } = this.#cost;
    const salt = randomText(22);
    const hash = await derive(password, salt, this.#cost);
    return `scrypt$${work}$${salt}$${blockSize}$${parallelism}$${hash.toString("base64")}`;
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    const parsed = parse(encoded);
    return parsed !== undefined && sameBytes(await derive(password, parsed.salt, parsed.cost), parsed.hash);
  }

  isOutdated(encoded: string): boolean {
    const { work, blockSize, parallelism } = parse(encoded)?.cost ?? { work: 0, blockSize: 0, parallelism: 0 };
    return work !== this.#cost.work || blockSize !== this.#cost.blockSize || parallelism !== this.#cost.parallelism;
  }
}

function derive(password: string, salt: string, cost: Required<ScryptCost>): Promise<Buffer> {
  const { work: N, blockSize: r, parallelism: p } = cost;
  const options: ScryptOptions = { N, r, p, maxmem: maxMemoryBytes };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, options, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}

function parse(encoded: string): { cost: Required<ScryptCost>; salt: string; hash: Buffer } | undefined {
  const match = /^scrypt\$(\d{1,7})\$([^$]+)\$(\d{1,3})\$(\d{1,3})\$([\w+/=]+)$/.exec(encoded);
  if (match === null) return undefined;
  const [, work = "", salt = "", blockSize = "", parallelism = "", hash = ""] = match;
  const cost = { work: Number(work), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  const isPowerOfTwo = cost.work > 1 && Number.isInteger(Math.log2(cost.work));
  if (!isBase64(hash) || !isPowerOfTwo || cost.blockSize < 1 || cost.parallelism < 1) return undefined;
  // What OpenSSL counts: `N` blocks, and those of every lane.
  if (128 * cost.blockSize * (cost.work + cost.parallelism + 2) > maxMemoryBytes) return undefined;
  return { cost, salt, hash: Buffer.from(hash, "base64") };
}
