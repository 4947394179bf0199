import type { PasswordHasher } from "./hasher.js";

/** What one hash costs. */
export interface Argon2Cost {
  /** Memory in KiB. Default 65,536. */
  readonly memoryKiB?: number;
  /** Passes over it. Default 3. */
  readonly passes?: number;
  /** Lanes that may be worked at side by side. Default 4. */
  readonly lanes?: number;
}

const prefix = "argon2";
const hashBytes = 32;

/**
 * Argon2id, by default at the second cost that RFC 9106 §4 recommends: 64 MiB, three passes, four lanes. Django's
 * hasher of this name, and argon2-cffi behind it, read what it writes.
 */
export class Argon2Hasher implements PasswordHasher {
  readonly algorithm = prefix;
  readonly #memoryKiB: number;
  readonly #passes: number;
  readonly #lanes: number;

  constructor({ memoryKiB = 65_536, passes = 3, lanes = 4 }: Argon2Cost = {}) {
    this.#memoryKiB = memoryKiB;
    this.#passes = passes;
    this.#lanes = lanes;
  }

  async hash(password: string): Promise<string> {
    const argon2 = await loadArgon2();
    const [memoryCost, timeCost, parallelism] = [this.#memoryKiB, this.#passes, this.#lanes];
    const cost = { memoryCost, timeCost, parallelism, hashLength: hashBytes };
    return prefix + (await argon2.hash(password, { type: argon2.argon2id, ...cost }));
  }

  async verify(password: string, encoded: string): Promise<boolean> {
    if (parse(encoded) === undefined) return false;
    const argon2 = await loadArgon2();
    try {
      return await argon2.verify(encoded.slice(prefix.length), password);
    } catch {
      // A salt or hash that was cut short is refused by the library; it is nobody's.
      return false;
    }
  }

  isOutdated(encoded: string): boolean {
    const cost = parse(encoded);
    return (
      cost?.variant !== "argon2id" ||
      cost.get("m") !== this.#memoryKiB ||
      cost.get("t") !== this.#passes ||
      cost.get("p") !== this.#lanes
    );
  }
}

/** A hash says `argon2$argon2id$v=19$m=65536,t=3,p=4$salt$hash`; others write the costs in another order. */
function parse(encoded: string): (ReadonlyMap<string, number> & { readonly variant: string }) | undefined {
  const match = /^argon2\$(argon2(?:id|i|d))(?:\$v=\d+)?\$([mtp]=\d+(?:,[mtp]=\d+){2})\$[\w+/]+\$[\w+/]+$/.exec(
    encoded,
  );
  if (match === null) return undefined;
  const [, variant = "", costs = ""] = match;
  const pairs = costs.split(",").map((pair): [string, number] => [pair.slice(0, 1), Number(pair.slice(2))]);
  return Object.assign(new Map(pairs), { variant });
}

/** Native code, loaded where the first password is hashed. */
async function loadArgon2() {
  const { default: argon2 } = await import("argon2");
  return argon2;
}
