import { serve } from "@hono/node-server";
import { Hono } from "hono";

import { announce } from "../../announce.js";

const app = new Hono();
app.use(async (context, next) => {
  // After `next`, it would make the response anew.
  context.header("x-powered-by", "swing");
  await next();
});
app.get("/", (context) => context.text("Hello, world", 200, { "content-type": "text/plain; charset=utf-8" }));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => announce(port));
