import type { ChannelLayer } from "../../layers/index.js";
import type { TopicPublisher } from "../../protocol/index.js";
import { GroupRelay, type Relaying, type RelayMember } from "./group-relay.js";

type RelaysByName = Map<string, GroupRelay>;

/**
 * The relays of this process: one for each group of a layer, server and set of message types, and another where the
 * messages say their places.
 */
const relays = new WeakMap<TopicPublisher, WeakMap<ChannelLayer, RelaysByName>>();

/** What a socket has of a relay. */
export interface Relayed {
  /** Ends the membership of the socket, and that of the relay with the last one. */
  leave(): Promise<void>;
}

/** Makes a socket a member of a group by way of the group's relay. Rejects as `groupAdd` does. */
export async function joinByRelay(layer: ChannelLayer, relaying: Relaying, member: RelayMember): Promise<Relayed> {
  const { publisher } = member.topics;
  const byName = relaysOf(publisher, layer);
  const { group, types, history } = relaying;
  const name = [group, history === undefined ? "" : "placed", ...types].join(" ");
  let relay = byName.get(name);
  if (relay === undefined) byName.set(name, (relay = new GroupRelay(layer, relaying, publisher)));
  const joined = relay;
  const leave = async (): Promise<void> => {
    joined.delete(member);
    if (!joined.isEmpty || byName.get(name) !== joined) return;
    byName.delete(name);
    await joined.close();
  };
  try {
    await joined.add(member);
  } catch (error) {
    await leave();
    throw error;
  }
  return { leave };
}

function relaysOf(publisher: TopicPublisher, layer: ChannelLayer): RelaysByName {
  let byLayer = relays.get(publisher);
  if (byLayer === undefined) relays.set(publisher, (byLayer = new WeakMap()));
  let byName = byLayer.get(layer);
  if (byName === undefined) byLayer.set(layer, (byName = new Map()));
  return byName;
}
