import { openChannelLayer } from "hotclub/layers";

import { batch, members, message } from "./message.js";
import { serveBatches } from "./serve-batches.js";

const layer = await openChannelLayer(process.env["REDIS_URL"] ?? null);
let delivered = 0;
let onAll = (): void => {};

for (let n = 0; n < members; n++) {
  const channel = layer.newChannel();
  await layer.subscribe(channel, (received) => {
    if (received["id"] === message.id && ++delivered === batch * members) onAll();
  });
  await layer.groupAdd("room", channel);
}

serveBatches(async () => {
  delivered = 0;
  const all = new Promise<void>((resolve) => (onAll = resolve));
  await Promise.all(Array.from({ length: batch }, () => layer.groupSend("room", message)));
  await all;
  return delivered;
});
