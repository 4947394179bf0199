import { BadRequestException, Body, Controller, HttpCode, type PipeTransform, Post } from "@nestjs/common";

import { decorate, decorateParameter, serveNest } from "../../load/nest-app.js";
import { page, type Page } from "./post.js";

const checked: PipeTransform<unknown, Page> = {
  transform(value) {
    const { success, data, error } = page.safeParse(value);
    if (success) return data;
    throw new BadRequestException(error.issues);
  },
};

class Pages {
  post(posted: Page) {
    return posted;
  }
}
decorateParameter(Pages, "post", 0, Body(checked));
decorate(Pages, "post", Post("/"), HttpCode(200));
Controller()(Pages);

await serveNest([Pages]);
