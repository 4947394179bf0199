import { serveExpress } from "../../load/express-app.js";
import { body, contentType } from "./answer.js";
import { stack } from "./express-stack.js";

serveExpress((app) => {
  app.use(...stack);
  app.get("/", (_request, response) => void response.type(contentType).send(body));
});
