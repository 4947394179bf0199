import { offerStarts } from "../../load/start-up.js";

offerStarts({ file: new URL("./express-app.js", import.meta.url) });
