import { offerStarts } from "../../load/start-up.js";

offerStarts({ file: new URL("./fastify-app.js", import.meta.url) });
