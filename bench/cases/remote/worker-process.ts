import { createApplication } from "hotclub/consumers";
import { channelLayers, openChannelLayer } from "hotclub/layers";
import { RemoteHost } from "hotclub/workers";

import { announce } from "../../announce.js";
import { pool, remoteRoutes } from "./routes.js";

const layer = await openChannelLayer(process.env["REDIS_URL"] ?? null);
channelLayers.set("default", layer);
await RemoteHost.open(layer, createApplication({ routes: remoteRoutes, isHosting: true }), [pool]);
// Nobody connects to it.
announce(0);
