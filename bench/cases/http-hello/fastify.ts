import { fastify } from "fastify";

import { announce } from "../../announce.js";

const app = fastify();
app.addHook("onRequest", (_request, reply, done) => {
  reply.header("x-powered-by", "swing");
  done();
});
app.get("/", (_request, reply) => reply.type("text/plain; charset=utf-8").send("Hello, world"));
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
