import { serveExpress } from "../../load/express-app.js";

serveExpress((app) => {
  app.use((_request, response, next) => {
    response.setHeader("x-powered-by", "swing");
    next();
  });
  app.get("/", (_request, response) => void response.type("text").send("Hello, world"));
});
