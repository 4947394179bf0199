import { TemplateEngine } from "hotclub/templates";

import { liquidFiles, names, templateFolder } from "./page.js";
import { serveRenders } from "./serve-renders.js";

const templates = new TemplateEngine({ directories: [templateFolder(liquidFiles)] });
serveRenders(() => templates.render("page.liquid", names));
