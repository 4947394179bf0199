import { offerCompiles } from "../../load/compile.js";
import { generatedApp, generatedRoutes } from "../../load/generated-app.js";
import { models, routes } from "./size.js";

const names = Array.from({ length: models }, (_, index) => `M${index}`).join(", ");
offerCompiles({
  "models.ts": generatedApp(models, 0).replace(/^import .*$/m, 'import { f, Model } from "hotclub/orm";'),
  "routes.ts": `import { ${names} } from "./models.js";\n${generatedRoutes(models, routes)}`,
});
