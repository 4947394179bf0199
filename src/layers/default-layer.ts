import type { Message } from "../core/index.js";
import { channelLayers } from "./channel-layers.js";
import { LayerNotConfigured } from "./errors.js";
import type { GroupPosition } from "./history/group-position.js";
import type { HistoryPage } from "./history/history-page.js";
import type { LayerCounters } from "./layer-counters.js";
import type { LayerReport } from "./layer-report.js";
import type { LayerState, LayerStateListener } from "./layer-state.js";
import type { ChannelLayer, Deliver, GroupAddOptions, GroupJoin, GroupSendOptions, Unsubscribe } from "./layer.js";
import { openChannelLayer } from "./open-channel-layer.js";
import type { PresenceEntry } from "./presence/presence-entry.js";

let opening: Promise<ChannelLayer> | undefined;

/** Opened from REDIS_URL where nobody has set one: what scripts have. */
async function open(): Promise<ChannelLayer> {
  const url = process.env["REDIS_URL"];
  // The memory of a script reaches nobody.
  if (url === undefined || url === "") throw new LayerNotConfigured({ alias: "default" });
  opening ??= openChannelLayer(url).finally(() => (opening = undefined));
  const opened = await opening;
  channelLayers.set("default", opened);
  return opened;
}

async function use(): Promise<ChannelLayer> {
  return channelLayers.get() ?? open();
}

class DefaultLayer implements ChannelLayer {
  get state(): LayerState {
    return channelLayers.get()?.state ?? "idle";
  }

  get counters(): LayerCounters {
    return channelLayers.require().counters;
  }

  capacityOf(channel: string): number {
    return channelLayers.require().capacityOf(channel);
  }

  countDrop(group: string): void {
    channelLayers.require().countDrop(group);
  }

  async connect(): Promise<void> {
    await (await use()).connect();
  }

  watch(listener: LayerStateListener): () => void {
    return channelLayers.require().watch(listener);
  }

  newChannel(prefix?: string): string {
    return channelLayers.require().newChannel(prefix);
  }

  async send(channel: string, message: Message): Promise<void> {
    return (await use()).send(channel, message);
  }

  async subscribe(channel: string, deliver: Deliver): Promise<Unsubscribe> {
    return (await use()).subscribe(channel, deliver);
  }

  async groupAdd(group: string, channel: string, options?: GroupAddOptions): Promise<GroupJoin | undefined> {
    return (await use()).groupAdd(group, channel, options);
  }

  groupHandOver(group: string, from: string, to: string): boolean {
    return channelLayers.require().groupHandOver(group, from, to);
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    return (await use()).groupDiscard(group, channel);
  }

  async groupSend(group: string, message: Message, options?: GroupSendOptions): Promise<GroupPosition | undefined> {
    return (await use()).groupSend(group, message, options);
  }

  async groupHistory(group: string, since: GroupPosition | undefined, last: number): Promise<HistoryPage> {
    return (await use()).groupHistory(group, since, last);
  }

  async presenceList(group: string): Promise<readonly PresenceEntry[]> {
    return (await use()).presenceList(group);
  }

  async presenceCount(group: string): Promise<number> {
    return (await use()).presenceCount(group);
  }

  async inspect(): Promise<LayerReport> {
    return (await use()).inspect();
  }

  async flush(): Promise<void> {
    return (await use()).flush();
  }

  async close(): Promise<void> {
    const layer = channelLayers.get();
    if (layer === undefined) return;
    channelLayers.remove("default");
    await layer.close();
  }
}

/**
 * The layer called `default`, in consumers and tasks as in scripts. In a script, where no project has set one, the first
 * call connects to `REDIS_URL`; without that it rejects with `LayerNotConfigured`. Close it at the end, or the script
 * does not end.
 *
 * ```ts
 * await layer.connect();
 * await room({ slug: "lobby" }).send("chat.message", { text: "from a script" });
 * await layer.close();
 * ```
 */
export const layer: ChannelLayer = new DefaultLayer();
