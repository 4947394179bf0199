import type { JoinedFrame, MissedFrame, resumeParameter } from "../protocol/wire.js";

const parameter = "hotclub-resume" satisfies typeof resumeParameter;

/** A group with history was joined, or messages of it were lost. */
export interface Joined {
  readonly group: string;
  /** Whether everything that was missed since the line was lost comes now. */
  readonly recovered: boolean;
  /** Whether nothing was known of the group before. */
  readonly isFirst: boolean;
}

/** How far this client has come in the history of each group. */
export class Positions {
  readonly #known = new Map<string, { readonly epoch: string; readonly offset: number }>();

  /** Begins where the server says. */
  begin({ type, group, epoch, offset, ...frame }: JoinedFrame | MissedFrame): Joined {
    const isFirst = !this.#known.has(group);
    this.#known.set(group, { epoch, offset });
    return { group, recovered: type === "joined" && (frame as JoinedFrame).recovered, isFirst };
  }

  /** Notes the place of a message. */
  note(place: unknown): void {
    if (!Array.isArray(place)) return;
    const [group, offset] = place as [string, number];
    const known = this.#known.get(group);
    if (known !== undefined && known.offset < offset) this.#known.set(group, { epoch: known.epoch, offset });
  }

  /** The URL to come back to. */
  addTo(url: string): string {
    if (this.#known.size === 0) return url;
    const back = new URL(url);
    const all = [...this.#known].map(([group, { epoch, offset }]) => `${group}:${epoch}:${offset}`);
    back.searchParams.set(parameter, all.join());
    return back.href;
  }
}
