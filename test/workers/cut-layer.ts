import type { Message } from "hotclub/core";
import type {
  ChannelLayer,
  Deliver,
  GroupAddOptions,
  GroupJoin,
  GroupPosition,
  GroupSendOptions,
  HistoryPage,
  LayerReport,
  LayerState,
  PresenceEntry,
  Unsubscribe,
} from "hotclub/layers";
import { LayerUnavailable } from "hotclub/layers";

/** A layer as one process sees it, whose line can be cut, and that loses what it is told to lose. */
export class CutLayer implements ChannelLayer {
  /** Whether nothing comes through, in either direction, as when the process is dead. */
  isCut = false;
  /** Whether to lose the next message, which the sender does not notice. */
  loses: () => boolean = () => false;
  readonly #inner: ChannelLayer;

  constructor(inner: ChannelLayer) {
    this.#inner = inner;
  }

  get state(): LayerState {
    return this.#inner.state;
  }

  get counters() {
    return this.#inner.counters;
  }

  capacityOf(channel: string): number {
    return this.#inner.capacityOf(channel);
  }

  countDrop(group: string): void {
    this.#inner.countDrop(group);
  }

  connect(): Promise<void> {
    return this.#inner.connect();
  }

  watch(listener: Parameters<ChannelLayer["watch"]>[0]): () => void {
    return this.#inner.watch(listener);
  }

  newChannel(prefix?: string): string {
    return this.#inner.newChannel(prefix);
  }

  async send(channel: string, message: Message): Promise<void> {
    if (this.isCut) throw new LayerUnavailable({ broker: "The test", problem: "its line is cut" });
    if (!this.loses()) await this.#inner.send(channel, message);
  }

  subscribe(channel: string, deliver: Deliver): Promise<Unsubscribe> {
    return this.#inner.subscribe(channel, (message, at) => (this.isCut ? undefined : deliver(message, at)));
  }

  groupAdd(group: string, channel: string, options?: GroupAddOptions): Promise<GroupJoin | undefined> {
    return this.#inner.groupAdd(group, channel, options);
  }

  groupHandOver(group: string, from: string, to: string): boolean {
    return this.#inner.groupHandOver(group, from, to);
  }

  groupDiscard(group: string, channel: string): Promise<void> {
    return this.#inner.groupDiscard(group, channel);
  }

  async groupSend(group: string, message: Message, options?: GroupSendOptions): Promise<GroupPosition | undefined> {
    return this.isCut ? undefined : this.#inner.groupSend(group, message, options);
  }

  groupHistory(group: string, since: GroupPosition | undefined, last: number): Promise<HistoryPage> {
    return this.#inner.groupHistory(group, since, last);
  }

  presenceList(group: string): Promise<readonly PresenceEntry[]> {
    return this.#inner.presenceList(group);
  }

  presenceCount(group: string): Promise<number> {
    return this.#inner.presenceCount(group);
  }

  inspect(): Promise<LayerReport> {
    return this.#inner.inspect();
  }

  flush(): Promise<void> {
    return this.#inner.flush();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
