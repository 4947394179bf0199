import { createServer } from "node:http";

import express, { type Express } from "express";

import { listenAndAnnounce } from "./listen.js";

/** Serves with Express, without the tags that no other server sends. */
export function serveExpress(configure: (app: Express) => void): void {
  const app = express();
  app.disable("etag");
  app.disable("x-powered-by");
  configure(app);
  listenAndAnnounce(createServer(app));
}
