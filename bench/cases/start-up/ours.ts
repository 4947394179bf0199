import { offerStarts } from "../../load/start-up.js";

offerStarts({ file: new URL("./ours-app.js", import.meta.url) });
