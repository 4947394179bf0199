import { createApplication } from "hotclub/consumers";
import { channelLayers, openChannelLayer } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";
import { RemoteFront } from "hotclub/workers";

import { answerProbes, endWithParent } from "./chaos-process.js";
import { routes } from "./site.js";

/** A web process of a chaos run: `node web.js REDIS_URL PORT`. */
const [url = "", port = "0"] = process.argv.slice(2);
const layer = await openChannelLayer(url, { timeoutMs: 1000 });
channelLayers.set("default", layer);
const remote = await RemoteFront.open(layer);
const { listen } = await loadServer();
await listen(createApplication({ routes, remote }), { port: Number(port) });
endWithParent();
answerProbes();
process.stdout.write("ready\n");
