import { offerStarts } from "../../load/start-up.js";

offerStarts({ file: new URL("./hono-app.js", import.meta.url) });
