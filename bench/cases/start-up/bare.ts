import { offerStarts } from "../../load/start-up.js";

offerStarts({ file: new URL("./bare-app.js", import.meta.url) });
