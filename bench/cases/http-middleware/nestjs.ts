import { Controller, Get, Header } from "@nestjs/common";

import { decorate, serveNest } from "../../load/nest-app.js";
import { body, contentType } from "./answer.js";
import { stack } from "./express-stack.js";

class Hello {
  hello() {
    return body;
  }
}
decorate(Hello, "hello", Get("/"), Header("content-type", contentType));
Controller()(Hello);

await serveNest([Hello], (app) => {
  app.disable("x-powered-by");
  app.use(...stack);
});
