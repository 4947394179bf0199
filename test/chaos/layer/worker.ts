import { createApplication } from "hotclub/consumers";
import { channelLayers, openChannelLayer } from "hotclub/layers";
import { RemoteHost } from "hotclub/workers";

import { endWithParent } from "./chaos-process.js";
import { pool, routes } from "./site.js";

/** A worker of a chaos run, which runs the remote consumers: `node worker.js REDIS_URL`. */
const [url = ""] = process.argv.slice(2);
const layer = await openChannelLayer(url, { timeoutMs: 1000 });
channelLayers.set("default", layer);
await RemoteHost.open(layer, createApplication({ routes, isHosting: true }), [pool]);
endWithParent();
process.stdout.write("ready\n");
