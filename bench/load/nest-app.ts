import { Module, type NestApplicationOptions, type Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";

import { announce } from "../announce.js";

/** What a decorator that is written before a method does, for a compiler without NestJS's kind of decorators. */
export function decorate(controller: Type, method: string, ...decorators: readonly MethodDecorator[]): void {
  const prototype = controller.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  if (descriptor === undefined) throw new Error(`${controller.name} has no method ${method}`);
  for (const one of decorators) one(prototype, method, descriptor);
}

/** The same for a parameter, counted from 0. */
export function decorateParameter(
  controller: Type,
  method: string,
  index: number,
  decorator: ParameterDecorator,
): void {
  decorator(controller.prototype as object, method, index);
}

/** Serves controllers with NestJS on Express, as its generator sets it up, without the tags that no other server sends. */
export async function serveNest(
  controllers: Type[],
  configure: (app: NestExpressApplication) => void = () => {},
  options: NestApplicationOptions = {},
): Promise<void> {
  class App {
    readonly name = "bench";
  }
  Module({ controllers })(App);
  const app = await NestFactory.create<NestExpressApplication>(App, { logger: false, ...options });
  app.disable("etag");
  configure(app);
  await app.listen(0, "127.0.0.1");
  announce(Number(new URL(await app.getUrl()).port));
}
