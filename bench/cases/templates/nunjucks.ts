import nunjucks from "nunjucks";

import { names, nunjucksFiles, templateFolder } from "./page.js";
import { serveRenders } from "./serve-renders.js";

const loader = new nunjucks.FileSystemLoader(templateFolder(nunjucksFiles));
const environment = new nunjucks.Environment(loader, { autoescape: true });
serveRenders(() => environment.render("page.njk", names));
