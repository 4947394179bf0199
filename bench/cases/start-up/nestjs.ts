import { offerStarts } from "../../load/start-up.js";

offerStarts({ file: new URL("./nestjs-app.js", import.meta.url) });
