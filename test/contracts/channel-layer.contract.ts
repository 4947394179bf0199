import { describeCapacity } from "./channel-layer/capacity.js";
import { describeChannels } from "./channel-layer/channels.js";
import { describeGroups } from "./channel-layer/groups.js";
import { describeMessages } from "./channel-layer/messages.js";
import { describeAgainstModel } from "./channel-layer/model.js";
import type { LayerEngine } from "./channel-layer.opener.js";
import { describeGroupHistory } from "./group-history.contract.js";
import { describePresence } from "./presence.contract.js";

/** What every channel layer does. Rule ids: L, M, X of Django Channels' contract and its known defects. */
export function describeChannelLayer(engine: LayerEngine): void {
  describeChannels(engine);
  describeCapacity(engine);
  describeGroups(engine);
  describeMessages(engine);
  describeAgainstModel(engine);
  describeGroupHistory(engine);
  describePresence(engine);
}
