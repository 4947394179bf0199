/** What the load generator is told, by its parent process. */
export type LoadOrder =
  | { readonly do: "http"; readonly port: number; readonly connections: number; readonly request: string }
  | { readonly do: "socket"; readonly port: number; readonly sockets: number; readonly handshake: string }
  | { readonly do: "probe"; readonly message: string }
  | { readonly do: "round"; readonly seconds: number }
  | { readonly do: "close" };

/** What a load did and saw in one round. */
export interface LoadRound {
  /** Answers to requests, or to messages. */
  readonly done: number;
  /** Frames that came to sockets; of requests 0. */
  readonly delivered: number;
  /** Sent, and not answered. */
  readonly lost: number;
  /** What was seen beside what was asked for, and how often: `status 500`, `closed with 1011`. */
  readonly errors: Readonly<Record<string, number>>;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly seconds: number;
  /** Which part of its core the load generator used. */
  readonly busy: number;
}

/** How a server answers a message: so many frames to the socket that sent it, and to each other socket. */
export interface Echo {
  readonly own: number;
  readonly others: number;
  /** What happened beside: `closed with 1011`, and how often. */
  readonly errors: Readonly<Record<string, number>>;
}

/** A kind of load, held open from round to round. */
export interface Load {
  round(seconds: number): Promise<LoadRound>;
  /** Waits for what is under way, and ends. Gives how much of it was lost. */
  close(): Promise<number>;
}

/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** What was counted so far; it then begins anew. */
  take(): Readonly<Record<string, number>> {
    const taken = Object.fromEntries(this.#counts);
    this.#counts.clear();
    return taken;
  }
}

/** Which part of its core this process used while `work` ran, and how long that took. */
export async function timed(work: () => Promise<void>): Promise<{ readonly seconds: number; readonly busy: number }> {
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  await work();
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds, busy: (user + system) / 1e6 / seconds };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
