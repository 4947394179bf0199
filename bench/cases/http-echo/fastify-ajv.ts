import { fastify } from "fastify";

import { announce } from "../../announce.js";
import { type Page, pageJsonSchema } from "./post.js";

const app = fastify();
app.post<{ Body: Page }>("/", { schema: { body: pageJsonSchema } }, ({ body }, reply) => reply.send(body));
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
