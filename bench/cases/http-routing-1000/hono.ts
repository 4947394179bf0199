import { serve } from "@hono/node-server";
import { Hono } from "hono";

import { announce } from "../../announce.js";
import { answer, groups } from "./table.js";

const app = new Hono();
for (const group of groups) {
  app.get(`/group-${group}/`, (context) => context.text(answer(group)));
  app.get(`/group-${group}/items/`, (context) => context.text(answer(group)));
  app.get(`/group-${group}/items/:item/`, (context) => context.text(answer(group, context.req.param("item"))));
  app.get(`/group-${group}/items/:item/comments/:comment/`, (context) =>
    context.text(answer(group, context.req.param("item"), context.req.param("comment"))),
  );
}
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => announce(port));
