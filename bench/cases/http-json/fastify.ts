import { fastify } from "fastify";

import { announce } from "../../announce.js";
import { room, roomJsonSchema } from "./room.js";

const app = fastify();
app.get("/", { schema: { response: { 200: roomJsonSchema } } }, (_request, reply) => reply.send(room()));
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
