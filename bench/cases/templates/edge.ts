import { Edge } from "edge.js";

import { edgeFiles, names, templateFolder } from "./page.js";
import { serveRenders } from "./serve-renders.js";

const edge = new Edge({ cache: true });
edge.mount(templateFolder(edgeFiles));
serveRenders(() => edge.render("page", names));
