import {
  clientKey,
  memoryRateLimits,
  type OpenRateLimitStore,
  type RateLimitStore,
  redisRateLimits,
} from "../../consumers/index.js";
import type { Scope } from "../../core/index.js";
import type { Credentials } from "../backends/backend.js";
import { TooManyLogins } from "../errors.js";
import { anyUserModel } from "../users/user-model.js";

/** How often may be tried to log in. */
export interface LoginThrottleOptions {
  /** How many wrong tries one account is given in a window, from anywhere. Default 20. */
  readonly perAccount?: number;
  /** How many wrong tries one account is given from one address. Default 5. */
  readonly perAccountAndAddress?: number;
  /** How many wrong tries one address is given, for whatever accounts. Default 50. */
  readonly perAddress?: number;
  /** How many mails about accounts are sent to one address in a window. Default 5. */
  readonly mailsPerAccount?: number;
  /** How many mails about accounts may be asked for from one address of the network. Default 20. */
  readonly mailsPerAddress?: number;
  /** How long a window is, in whole seconds. It begins with the first try. Default 15 minutes. */
  readonly windowS?: number;
  /** `REDIS_URL`: then all processes count together. Not given, or `null`: each counts for itself. */
  readonly redisUrl?: string | null;
  /** Where it is counted, in place of `redisUrl`. */
  readonly store?: OpenRateLimitStore;
}

interface Count {
  readonly store: RateLimitStore;
  readonly keyOf: (account: string, address: string) => string;
}

/** Counts tries to log in. A right one gives back what it took. */
class LoginThrottle {
  readonly #counts: readonly Count[];
  readonly #mails: readonly Count[];

  constructor(options: LoginThrottleOptions) {
    const { perAccount = 20, perAccountAndAddress = 5, perAddress = 50, windowS = 900, redisUrl } = options;
    const { mailsPerAccount = 5, mailsPerAddress = 20 } = options;
    const { store = typeof redisUrl === "string" ? redisRateLimits(redisUrl) : memoryRateLimits() } = options;
    const count = (name: string, limit: number, keyOf: Count["keyOf"]): Count => ({
      store: store({ name: `login-${name}`, limit, windowS }),
      keyOf,
    });
    this.#counts = [
      count("pair", perAccountAndAddress, (account, address) => `${address} ${account}`),
      count("address", perAddress, (_account, address) => address),
      count("account", perAccount, (account) => account),
    ];
    this.#mails = [
      count("mail-address", mailsPerAddress, (_account, address) => address),
      count("mail", mailsPerAccount, (account) => account),
    ];
  }

  /** Rejects with `TooManyLogins`. */
  async count(account: string, address: string): Promise<void> {
    for (const { store, keyOf } of this.#counts) {
      const { isOver, resetMs } = await store.consume(keyOf(account, address));
      if (isOver) throw new TooManyLogins({ retryAfterS: Math.ceil(resetMs / 1000) });
    }
  }

  async forgive(account: string, address: string): Promise<void> {
    for (const { store, keyOf } of this.#counts) await store.giveBack(keyOf(account, address));
  }

  async mayMail(to: string, address: string): Promise<boolean> {
    for (const { store, keyOf } of this.#mails) if ((await store.consume(keyOf(to, address))).isOver) return false;
    return true;
  }

  async close(): Promise<void> {
    for (const { store } of [...this.#counts, ...this.#mails]) await store.close();
  }
}

let throttle: LoginThrottle | undefined;

/** Sets how often may be tried to log in from now on; `undefined` for as often as one likes. Gives what ends it. */
export function useLoginThrottle(options: LoginThrottleOptions | undefined): () => Promise<void> {
  const made = options === undefined ? undefined : new LoginThrottle(options);
  throttle = made;
  return async () => made?.close();
}

/** Counts a try of a visitor. Rejects with `TooManyLogins`. */
export async function countLogin(scope: Scope | undefined, credentials: Credentials): Promise<void> {
  const address = addressOf(scope);
  if (address !== undefined) await throttle?.count(accountOf(credentials), address);
}

/** Takes back what a right try was counted for. */
export async function forgiveLogin(scope: Scope | undefined, credentials: Credentials): Promise<void> {
  const address = addressOf(scope);
  if (address !== undefined) await throttle?.forgive(accountOf(credentials), address);
}

/** Whether a further mail about accounts may go to `email`, asked for by a visitor. */
export async function mayMail(scope: Scope, email: string): Promise<boolean> {
  return (await throttle?.mayMail(email.toLowerCase(), addressOf(scope) ?? "")) ?? true;
}

function addressOf(scope: Scope | undefined): string | undefined {
  return scope?.type === "http" || scope?.type === "websocket" ? clientKey(scope) : undefined;
}

/** Whether there is such an account or not: who guesses learns nothing from it. */
function accountOf(credentials: Credentials): string {
  const model = anyUserModel();
  const given = credentials.username ?? credentials[model.usernameField];
  return typeof given === "string" ? model.normalizeUsername(given.slice(0, 1000)).toLowerCase().slice(0, 254) : "";
}
