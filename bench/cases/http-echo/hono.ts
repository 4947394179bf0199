import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { validator } from "hono/validator";

import { announce } from "../../announce.js";
import { page } from "./post.js";

const app = new Hono();
const checked = validator("json", (value, context) => {
  const { success, data } = page.safeParse(value);
  return success ? data : context.json({}, 400);
});
app.post("/", checked, (context) => context.json(context.req.valid("json")));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => announce(port));
