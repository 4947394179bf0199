import { createApplication } from "hotclub/consumers";
import { loadServer } from "hotclub/protocol";

import { announce } from "../../announce.js";
import { inlineRoutes } from "./routes.js";

const server = await loadServer();
const { port } = await server.listen(createApplication({ routes: inlineRoutes }));
announce(port);
