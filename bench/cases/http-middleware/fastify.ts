import compress from "@fastify/compress";
import helmet from "@fastify/helmet";
import { fastify } from "fastify";

import { announce } from "../../announce.js";
import { body, contentType, hosts, nextRequestId } from "./answer.js";
import { helmetOptions } from "./helmet-options.js";

const app = fastify({ genReqId: nextRequestId });
app.addHook("onRequest", (request, reply, done) => {
  reply.header("x-request-id", request.id);
  if (hosts.has(request.hostname)) done();
  else void reply.code(400).send();
});
await app.register(helmet, helmetOptions);
await app.register(compress);
app.get("/", (_request, reply) => reply.type(contentType).send(body));
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
