import { getLogger, toError } from "../core/index.js";
import { SessionEnded, SessionTooLarge, SessionTooLate, SessionValueInvalid } from "./errors.js";
import type { SessionData, SessionKey } from "./session-data.js";
import type { KeptSession, SessionEngine } from "./session-engine.js";

/** Where a session keeps how long it lasts, among its values; no key of a project begins so. */
const lifetimeKey = "_lifetime";

/** How long a session lasts: a number of seconds from each save, or until the browser is closed. */
export type SessionLifetime = number | "browser";

/** What a session is opened with. */
export interface SessionOpening {
  readonly engine: SessionEngine;
  /** What the visitor's cookie held. */
  readonly token: string | undefined;
  /** How long it lasts unless it says otherwise, in seconds. */
  readonly maxAgeS: number;
}

/**
 * What a site remembers of one visitor between her requests. Nothing is read before something is asked for, and nothing
 * is written unless something changed. Middleware saves it before the response goes out; whoever changes it later, in a
 * socket or a task, calls `save`.
 *
 * Values are plain data, as JSON holds it. `get` gives a copy: set what you have changed.
 */
export class Session {
  readonly #engine: SessionEngine;
  readonly #maxAgeS: number;
  /** What the visitor's cookie holds, or would. */
  #token: string | undefined;
  #loading: Promise<KeptSession | undefined> | undefined;
  #set = new Map<string, string>();
  #removed = new Set<string>();
  #clears = false;
  #takesNewToken = false;
  #wasTouched = false;
  #isSealed = false;
  #willSave = false;
  /** A save has given it another token, and no head that can say so has gone out. */
  #owesCookie = false;
  #saving: Promise<void> = Promise.resolve();

  constructor({ engine, token, maxAgeS }: SessionOpening) {
    this.#engine = engine;
    this.#token = token;
    this.#maxAgeS = maxAgeS;
  }

  /** The value of `key`, or `undefined` when there is none. */
  async get<Key extends SessionKey>(key: Key): Promise<SessionData[Key] | undefined> {
    const text = await this.#text(key);
    return text === undefined ? undefined : (JSON.parse(text) as SessionData[Key]);
  }

  async has(key: SessionKey): Promise<boolean> {
    return (await this.#text(key)) !== undefined;
  }

  /** The keys that have a value. */
  async keys(): Promise<SessionKey[]> {
    const kept = this.#clears ? undefined : await this.#load();
    const keys = new Set([...(kept?.values.keys() ?? []), ...this.#set.keys()]);
    for (const key of [...this.#removed, lifetimeKey]) keys.delete(key);
    return [...keys] as SessionKey[];
  }

  /** Throws `SessionValueInvalid` for what JSON does not hold. */
  set<Key extends SessionKey>(key: Key, value: SessionData[Key]): void {
    this.#keep(key, value);
  }

  /** Takes a value away, where there is one. */
  delete(key: SessionKey): void {
    this.#touchToChange();
    this.#set.delete(key);
    this.#removed.add(key);
  }

  /** The value of `key`, which is taken away. */
  async pop<Key extends SessionKey>(key: Key): Promise<SessionData[Key] | undefined> {
    const value = await this.get(key);
    if (value !== undefined) this.delete(key);
    return value;
  }

  /** Takes all values away, and gives the visitor another token. To be called when she logs out. */
  flush(): void {
    this.#touchToChange();
    this.#clears = true;
    this.#takesNewToken = true;
    this.#set.clear();
    this.#removed.clear();
  }

  /**
   * Gives the visitor another token; the one that she had is worth nothing after the save. To be called when she logs in,
   * so that nobody who gave her a token has her session (fixation).
   */
  cycleToken(): void {
    this.#touchToChange();
    this.#takesNewToken = true;
  }

  /** How long this session lasts, from now and from each save. */
  setLifetime(lifetime: SessionLifetime): void {
    this.#keep(lifetimeKey, lifetime);
  }

  /** As `setLifetime` said last, or what the site's sessions usually have. */
  async lifetime(): Promise<SessionLifetime> {
    const text = await this.#text(lifetimeKey);
    return text === undefined ? this.#maxAgeS : (JSON.parse(text) as SessionLifetime);
  }

  /** What to give to a task, which opens this session with it; `undefined` before the first save. Keep it as a secret. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Whether anything was read or written, so that a response depends on the visitor's cookie. */
  get wasTouched(): boolean {
    return this.#wasTouched;
  }

  get isChanged(): boolean {
    return this.#owesCookie || this.#hasChanges;
  }

  get #hasChanges(): boolean {
    return this.#clears || this.#takesNewToken || this.#set.size > 0 || this.#removed.size > 0;
  }

  /** Whether it is there still: it may have been ended meanwhile, by another request. Asks the engine each time. */
  async isAlive(): Promise<boolean> {
    return this.#token !== undefined && (await this.#engine.load(this.#token)) !== undefined;
  }

  /** No new cookie can be set any more: what would need one fails. What changes from now on is saved soon after. */
  seal(): void {
    this.#isSealed = true;
    this.#owesCookie = false;
    if (this.#hasChanges) this.#saveSoon();
  }

  /**
   * Keeps what changed. Rejects with `SessionEnded` when the session was ended meanwhile, `SessionTooLarge`, and
   * `SessionTooLate` where the visitor would have to be given a cookie and no response is left to give it with.
   * Whether the cookie must be set anew is `true`.
   */
  async save({ evenUnchanged = false } = {}): Promise<boolean> {
    // One after the other: a save that begins while another is under way has what was set since.
    const before = this.#saving;
    let done = (): void => {};
    this.#saving = new Promise((resolve) => (done = resolve));
    await before;
    try {
      if ((await this.#save(evenUnchanged)) && !this.#isSealed) this.#owesCookie = true;
      return this.#owesCookie;
    } finally {
      done();
    }
  }

  async #save(evenUnchanged: boolean): Promise<boolean> {
    if (!this.#hasChanges && !(evenUnchanged && this.#token !== undefined)) return false;
    const kept = await this.#load();
    const lifetime = await this.lifetime();
    const expiresAt = Date.now() + (lifetime === "browser" ? this.#maxAgeS : lifetime) * 1000;
    const change = { clears: this.#clears, set: this.#set, removed: this.#removed, expiresAt };
    const values = new Map(this.#clears ? [] : kept?.values);
    for (const key of change.removed) values.delete(key);
    for (const [key, value] of change.set) values.set(key, value);
    this.#limit(values);
    const old = kept === undefined ? undefined : this.#token;
    const isEmpty = values.size === 0 || (values.size === 1 && values.has(lifetimeKey));
    if (isEmpty && old === undefined) {
      // A cookie of nobody's is taken back, too.
      const hadCookie = this.#token !== undefined;
      this.#forgetChanges(undefined, undefined);
      return hadCookie;
    }
    if (isEmpty || this.#takesNewToken || old === undefined) {
      const what = old === undefined ? "A new session" : "A new token of a session";
      if (this.#isSealed && !isEmpty) throw new SessionTooLate({ what });
      const token = isEmpty ? undefined : await this.#engine.create(values, expiresAt);
      if (old !== undefined) await this.#engine.end(old);
      this.#forgetChanges(token, token === undefined ? undefined : { values, expiresAt });
      return true;
    }
    const token = await this.#engine.change(old, change);
    if (token === undefined) throw new SessionEnded();
    if (this.#isSealed && token !== old) throw new SessionTooLate({ what: "A session that is kept in its cookie" });
    this.#forgetChanges(token, { values, expiresAt });
    return true;
  }

  /** All that one turn of the event loop changes is saved at once. */
  #saveSoon(): void {
    if (!this.#isSealed || this.#willSave) return;
    this.#willSave = true;
    setImmediate(() => {
      this.#willSave = false;
      this.save().catch((thrown: unknown) => {
        getLogger().error({ err: toError(thrown) }, "what was changed in a session could not be saved");
      });
    });
  }

  #touchToChange(): void {
    this.#wasTouched = true;
    this.#saveSoon();
  }

  #forgetChanges(token: string | undefined, kept: KeptSession | undefined): void {
    this.#token = token;
    this.#loading = Promise.resolve(kept);
    this.#set = new Map();
    this.#removed = new Set();
    this.#clears = false;
    this.#takesNewToken = false;
  }

  #limit(values: ReadonlyMap<string, string>): void {
    let bytes = 0;
    for (const [key, value] of values) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
    const { maxBytes } = this.#engine;
    if (bytes > maxBytes) throw new SessionTooLarge({ bytes, maxBytes });
  }

  #keep(key: string, value: unknown): void {
    this.#touchToChange();
    this.#set.set(key, jsonOf(key, value));
    this.#removed.delete(key);
  }

  async #text(key: string): Promise<string | undefined> {
    this.#wasTouched = true;
    const changed = this.#set.get(key);
    if (changed !== undefined) return changed;
    if (this.#clears || this.#removed.has(key)) return undefined;
    return (await this.#load())?.values.get(key);
  }

  #load(): Promise<KeptSession | undefined> {
    this.#wasTouched = true;
    this.#loading ??= this.#token === undefined ? Promise.resolve(undefined) : this.#engine.load(this.#token);
    return this.#loading;
  }
}

function jsonOf(key: string, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new SessionValueInvalid({ key, problem: "cannot be written as JSON" }, { cause });
  }
  if (text === undefined)
    throw new SessionValueInvalid({ key, problem: `is ${typeof value}, which JSON does not hold` });
  return text;
}
