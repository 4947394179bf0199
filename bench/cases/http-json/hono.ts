import { serve } from "@hono/node-server";
import { Hono } from "hono";

import { announce } from "../../announce.js";
import { room } from "./room.js";

const app = new Hono();
app.get("/", (context) => context.json(room()));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => announce(port));
