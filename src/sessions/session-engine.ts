/** What a session holds, as engines keep it: each value as JSON. */
export type SessionValues = ReadonlyMap<string, string>;

/** A session, as it is kept. */
export interface KeptSession {
  readonly values: SessionValues;
  /** When it ends, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What becomes of a session. Only what changed is said, so that two requests at once do not undo each other's work. */
export interface SessionChange {
  /** Whether all that it held goes first. */
  readonly clears: boolean;
  readonly set: SessionValues;
  readonly removed: ReadonlySet<string>;
  readonly expiresAt: number;
}

/**
 * Where sessions are kept. A token is what the visitor's cookie holds: engines that keep the values themselves make one
 * that says nothing and cannot be guessed.
 */
export interface SessionEngine {
  /** The most bytes that a session may hold. */
  readonly maxBytes: number;
  /** What a token stands for; `undefined` when it is nobody's, or over. */
  load(token: string): Promise<KeptSession | undefined>;
  /** Begins a session. Gives its token. */
  create(values: SessionValues, expiresAt: number): Promise<string>;
  /** Changes a session. Gives its token from now on; `undefined` when it is over, which it then stays. */
  change(token: string, change: SessionChange): Promise<string | undefined>;
  /** Ends a session; one that is over stays so. */
  end(token: string): Promise<void>;
  /** Forgets sessions that are over. How many those were; 0 where the store does so by itself. */
  clearExpired(): Promise<number>;
  /** Ends what it keeps open. */
  close(): Promise<void>;
}

/** What a session holds after a change. */
export function changedValues(values: SessionValues, { clears, set, removed }: SessionChange): Map<string, string> {
  const changed = new Map(clears ? [] : values);
  for (const key of removed) changed.delete(key);
  for (const [key, value] of set) changed.set(key, value);
  return changed;
}
