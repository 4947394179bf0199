import { NotFound } from "../../core/index.js";
import type { FlatRoute } from "./flatten.js";

/** 404: no route fits a path. The page for developers lists what there is. */
export class NoRoute extends NotFound {
  readonly routes: readonly FlatRoute[];

  constructor(routes: readonly FlatRoute[]) {
    super({ what: "This page" });
    this.routes = routes;
  }
}
