import { Liquid } from "liquidjs";

import { liquidFiles, names, templateFolder } from "./page.js";
import { serveRenders } from "./serve-renders.js";

const liquid = new Liquid({ root: templateFolder(liquidFiles), cache: true, outputEscape: "escape" });
// What waits for nothing is rendered faster in one go.
serveRenders(() => liquid.renderFileSync("page.liquid", names) as string);
