import { Controller, Get, Header } from "@nestjs/common";
import type { NextFunction, Request, Response } from "express";

import { decorate, serveNest } from "../../load/nest-app.js";

class Hello {
  hello() {
    return "Hello, world";
  }
}
decorate(Hello, "hello", Get("/"), Header("content-type", "text/plain; charset=utf-8"));
Controller()(Hello);

await serveNest([Hello], (app) =>
  app.use((_request: Request, response: Response, next: NextFunction) => {
    response.setHeader("x-powered-by", "swing");
    next();
  }),
);
