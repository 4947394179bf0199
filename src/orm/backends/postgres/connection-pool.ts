import { ConnectionLost, DatabaseBusy } from "../../database-errors.js";

/** How many may wait for a connection. More than that is a jam that waiting does not clear. */
const maxWaiting = 10_000;

/** How many statements one connection has on the way before more of them wait. Less than what the driver takes. */
const maxPipelined = 64;

/** One connection to a server: opened when it is first used, opened again when it broke. */
export interface PooledConnection {
  /** How many statements are on the way. Kept by the pool. */
  outstanding: number;
  /** Whether a transaction has it. Kept by the pool. */
  isTaken: boolean;
  /** Whether it takes no other statement until those on the way are done. */
  readonly isHeld: boolean;
  end(): Promise<void>;
}

interface Waiter<Connection> {
  readonly isExclusive: boolean;
  /** Called at once when it is its turn, so that it can hold the connection before the next is served. */
  readonly give: (connection: Connection) => void;
  readonly refuse: (reason: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Hands out connections: to single statements, which may share one (they are sent without waiting for each other's
 * answers), and to transactions, which need one for themselves.
 *
 * A transaction that waits is not passed over by statements that keep every connection busy: one connection takes no
 * more of them, runs empty, and is given to it.
 */
export class ConnectionPool<Connection extends PooledConnection> {
  readonly #open: () => Connection;
  readonly #size: number;
  readonly #timeoutMs: number;
  readonly #connections: Connection[] = [];
  readonly #waiting = new Set<Waiter<Connection>>();
  #exclusiveWaiting = 0;
  #isEnding = false;

  constructor(open: () => Connection, size: number, timeoutMs: number) {
    this.#open = open;
    this.#size = size;
    this.#timeoutMs = timeoutMs;
  }

  /** A connection for one statement, where any takes more of them; give it back with `release`. */
  forStatement(): Connection | undefined {
    if (this.#isEnding) return undefined;
    const connection = this.#idle() ?? this.#leastBusy();
    if (connection !== undefined) connection.outstanding++;
    return connection;
  }

  /** Calls `run` with a connection for one statement as soon as one takes more; give it back with `release`. */
  waitForStatement<T>(run: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#wait(false, run);
  }

  release(connection: Connection): void {
    connection.outstanding--;
    if (this.#waiting.size > 0) this.#serve(connection);
  }

  /** Calls `run` with a connection that nobody else uses; give it back with `giveBack`. */
  take<T>(run: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#isEnding ? undefined : this.#idle();
    if (connection === undefined) return this.#wait(true, run);
    connection.isTaken = true;
    return run(connection);
  }

  giveBack(connection: Connection): void {
    connection.isTaken = false;
    if (this.#waiting.size > 0) this.#serve(connection);
  }

  #idle(): Connection | undefined {
    // No function is made for it, as every statement comes here.
    for (const one of this.#connections) if (!one.isTaken && one.outstanding === 0) return one;
    if (this.#connections.length >= this.#size) return undefined;
    const opened = this.#open();
    this.#connections.push(opened);
    return opened;
  }

  #leastBusy(): Connection | undefined {
    // As many connections as transactions wait for are left to run empty.
    let spared = this.#exclusiveWaiting;
    let best: Connection | undefined;
    for (const one of this.#connections) {
      if (one.isTaken || one.isHeld) continue;
      if (spared > 0) spared--;
      else if (one.outstanding < (best?.outstanding ?? maxPipelined)) best = one;
    }
    return best;
  }

  #wait<T>(isExclusive: boolean, run: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#isEnding) return Promise.reject(closed());
    if (this.#waiting.size >= maxWaiting) return Promise.reject(this.#busy("more than 10000 others wait already"));
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Connection> = {
        isExclusive,
        give: (connection) => resolve(run(connection)),
        refuse: reject,
        timer: setTimeout(() => {
          this.#forget(waiter);
          reject(this.#busy(`waited ${this.#timeoutMs} ms`));
        }, this.#timeoutMs),
      };
      this.#waiting.add(waiter);
      if (isExclusive) this.#exclusiveWaiting++;
    });
  }

  #forget(waiter: Waiter<Connection>): void {
    this.#waiting.delete(waiter);
    if (waiter.isExclusive) this.#exclusiveWaiting--;
    clearTimeout(waiter.timer);
  }

  /** Gives `connection`, which has room now, to those who wait, the longest first. */
  #serve(connection: Connection): void {
    for (const waiter of this.#waiting) {
      if (connection.isTaken || connection.isHeld || connection.outstanding >= maxPipelined) return;
      if (waiter.isExclusive && connection.outstanding > 0) return;
      this.#forget(waiter);
      if (waiter.isExclusive) connection.isTaken = true;
      else connection.outstanding++;
      waiter.give(connection);
    }
  }

  #busy(reason: string): DatabaseBusy {
    const problem = `No connection to the database was free: ${reason}, with ${this.#size} in the pool. End transactions sooner, or raise poolSize.`;
    return new DatabaseBusy({ problem });
  }

  /** Ends all connections when what runs on them is done. Whoever waits is refused. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const waiter of this.#waiting) {
      this.#forget(waiter);
      waiter.refuse(closed());
    }
    await Promise.all(this.#connections.map((connection) => connection.end()));
  }
}

function closed(): ConnectionLost {
  return new ConnectionLost({ problem: "The database was closed; nothing can be asked of it any more." });
}
