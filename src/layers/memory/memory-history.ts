import { randomBytes } from "node:crypto";

import type { Message } from "../../core/index.js";
import type { GroupPosition, MessagePosition } from "../history/group-position.js";
import { idempotencyLifeMs, positionLifeMs, type ResolvedHistoryLimits } from "../history/history-limits.js";
import type { HistoryPage, Publication } from "../history/history-page.js";

interface Kept extends Publication {
  readonly keptAt: number;
}

interface Group {
  readonly epoch: string;
  offset: number;
  kept: Kept[];
  usedAt: number;
  ms: number;
}

/** How often groups that nobody uses any more are looked for. */
const sweepMs = 60_000;

/** The histories of the memory layer. */
export class MemoryHistory {
  readonly #now: () => number;
  readonly #groups = new Map<string, Group>();
  /** What was sent with each idempotency key, and until when that is known; the oldest first. */
  readonly #once = new Map<string, { readonly at: MessagePosition | undefined; readonly until: number }>();
  #sweptAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#sweptAt = now();
  }

  /** Whether a message with this key was sent already, and its place. */
  sentBefore(group: string, key: string): { readonly at: MessagePosition | undefined } | undefined {
    const now = this.#now();
    for (const [name, { until }] of this.#once) {
      if (until > now) break;
      this.#once.delete(name);
    }
    return this.#once.get(`${group}:${key}`);
  }

  noteSent(group: string, key: string, at: MessagePosition | undefined): void {
    this.#once.set(`${group}:${key}`, { at, until: this.#now() + idempotencyLifeMs });
  }

  /** Keeps a message and gives it its place. */
  append(name: string, message: Message, { messages, ms }: ResolvedHistoryLimits): MessagePosition {
    const now = this.#now();
    this.#sweep(now);
    const group = this.#open(name, now);
    group.ms = ms;
    const at: MessagePosition = Object.freeze({ group: name, epoch: group.epoch, offset: ++group.offset });
    group.kept.push({ message, at, keptAt: now });
    if (group.kept.length > messages * 2) group.kept = group.kept.slice(-messages);
    const tooOld = now - ms;
    while ((group.kept[0]?.keptAt ?? now) < tooOld || group.kept.length > messages) group.kept.shift();
    return at;
  }

  read(name: string, since: GroupPosition | undefined, last: number): HistoryPage {
    const now = this.#now();
    const group = this.#open(name, now);
    const kept = group.kept.filter(({ keptAt }) => keptAt >= now - group.ms);
    const end = { epoch: group.epoch, offset: group.offset };
    const missed = since?.epoch === group.epoch ? group.offset - since.offset : -1;
    const isWhole = missed >= 0 && missed <= kept.length;
    const count = isWhole ? missed : Math.min(last, kept.length);
    return { end, isWhole, publications: count === 0 ? [] : kept.slice(-count) };
  }

  clear(): void {
    this.#groups.clear();
    this.#once.clear();
  }

  #open(name: string, now: number): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { epoch: randomBytes(6).toString("base64url"), offset: 0, kept: [], usedAt: now, ms: 0 };
      this.#groups.set(name, group);
    }
    group.usedAt = now;
    return group;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < sweepMs) return;
    this.#sweptAt = now;
    for (const [name, { usedAt, kept, ms }] of this.#groups) {
      if (now - usedAt > positionLifeMs) this.#groups.delete(name);
      else if (now - usedAt > ms) kept.length = 0;
    }
  }
}
