import { Controller, Get, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

import { decorate } from "../../load/nest-app.js";

class Hello {
  hello() {
    return "Hello, world";
  }
}
decorate(Hello, "hello", Get("/"));
Controller()(Hello);

class Empty {
  readonly name = "empty";
}
Module({ controllers: [Hello] })(Empty);

const app = await NestFactory.create(Empty, { logger: false });
await app.listen(Number(process.env["PORT"]), "127.0.0.1");
