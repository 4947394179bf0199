import { createApplication } from "hotclub/consumers";
import { channelLayers, openChannelLayer } from "hotclub/layers";
import { loadServer } from "hotclub/protocol";
import { RemoteFront } from "hotclub/workers";

import { announce } from "../../announce.js";
import { remoteRoutes } from "./routes.js";

const layer = await openChannelLayer(process.env["REDIS_URL"] ?? null);
channelLayers.set("default", layer);
const remote = await RemoteFront.open(layer);
const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: remoteRoutes, remote }));
announce(port);
