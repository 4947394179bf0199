import { Liquid } from "liquidjs";

import { liquidFiles, names, templateFolder } from "./page.js";
import { serveRenders } from "./serve-renders.js";

const liquid = new Liquid({ root: templateFolder(liquidFiles), cache: true, outputEscape: "escape" });
serveRenders(async () => (await liquid.renderFile("page.liquid", names)) as string);
