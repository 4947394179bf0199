import { fastify } from "fastify";

import { announce } from "../../announce.js";
import { room } from "./room.js";

const app = fastify();
app.get("/", (_request, reply) => reply.send(room()));
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
