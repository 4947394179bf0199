import { type ChannelLayer, type GroupPosition, openChannelLayer, type Unsubscribe } from "hotclub/layers";

import { networkLine } from "../network-line.js";

/** How the groups of a run are kept: by their names. */
export const history = { messages: 10_000, seconds: 600 };
export const isKept = (group: string): boolean => group.startsWith("kept");

/** What a member was given, in order, and where it stands. */
export interface Given {
  readonly numbers: readonly number[];
  readonly position: GroupPosition | undefined;
}

/** A new member, and where it begins in a group with history. */
export interface Joined {
  readonly name: string;
  readonly position: GroupPosition | undefined;
}

/** A process with a layer of its own that can be told what to do, and die. */
export interface Site {
  /** Makes a new member of a group. */
  join(group: string, since: GroupPosition | undefined): Promise<Joined>;
  leave(member: string): Promise<void>;
  /** Sends a number; false when it is not known whether it was sent. */
  send(group: string, n: number): Promise<boolean>;
  /** Resolves when the member was given `n`. */
  given(member: string, n: number): Promise<Given>;
  /** Cuts its connections to Redis. Resolves when they are back. */
  cut(): Promise<void>;
  /** Ends it without a word to anybody; gives what its members were given, where that can be known. */
  crash(): Promise<ReadonlyMap<string, Given>>;
}

interface Member {
  readonly group: string;
  readonly channel: string;
  readonly unsubscribe: Unsubscribe;
  readonly numbers: number[];
  position: GroupPosition | undefined;
  wake: () => void;
}

/** A layer in this process, over a line that can be cut. */
export class LayerSite implements Site {
  readonly #layer: ChannelLayer;
  readonly #line: { heal(): void; close(): void } | undefined;
  readonly #members = new Map<string, Member>();
  #lastMember = 0;

  private constructor(layer: ChannelLayer, line: { heal(): void; close(): void } | undefined) {
    this.#layer = layer;
    this.#line = line;
  }

  /** `line`: whether to put a line in between, or whoever made this one has. */
  static async open(url: string, prefix: string, hasLine = true): Promise<LayerSite> {
    const line = hasLine ? await networkLine(url) : undefined;
    const layer = await openChannelLayer(line?.url ?? url, { prefix, capacity: 10_000 });
    return new LayerSite(layer, line);
  }

  async join(group: string, since: GroupPosition | undefined): Promise<Joined> {
    const channel = this.#layer.newChannel();
    const numbers: number[] = [];
    const unsubscribe = await this.#layer.subscribe(channel, (message, at) => {
      if (at !== undefined) member.position = at;
      if (typeof message["n"] === "number") numbers.push(message["n"]);
      member.wake();
    });
    const member: Member = { group, channel, unsubscribe, numbers, position: since, wake: () => {} };
    const found = await this.#layer.groupAdd(group, channel, isKept(group) ? { history, ...(since && { since }) } : {});
    member.position ??= found?.position;
    const name = String(++this.#lastMember);
    this.#members.set(name, member);
    return { name, position: since ?? found?.position };
  }

  async leave(name: string): Promise<void> {
    await this.#members.get(name)?.unsubscribe();
    this.#members.delete(name);
  }

  async send(group: string, n: number): Promise<boolean> {
    try {
      await this.#layer.groupSend(group, { type: "test.number", n }, isKept(group) ? { history } : {});
      return true;
    } catch {
      return false;
    }
  }

  async given(name: string, n: number): Promise<Given> {
    const member = this.#members.get(name);
    if (member === undefined) throw new RangeError(`there is no member ${name}`);
    while (!member.numbers.includes(n)) await new Promise<void>((resolve) => (member.wake = resolve));
    return member;
  }

  async cut(): Promise<void> {
    const isBack = this.back();
    this.#line?.heal();
    await isBack;
  }

  /** Resolves when the connection was lost and is back. */
  async back(): Promise<void> {
    await new Promise<void>((resolve) => {
      const unwatch = this.#layer.watch(({ type }) => {
        if (type !== "layer.restored") return;
        unwatch();
        resolve();
      });
    });
  }

  async crash(): Promise<ReadonlyMap<string, Given>> {
    this.#line?.close();
    const given = new Map(this.#members);
    await this.#layer.close();
    return given;
  }
}
