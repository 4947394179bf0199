import type { ServerResponse } from "node:http";

import { fastify } from "fastify";

import { announce } from "../../announce.js";

const clients = new Set<ServerResponse>();
const app = fastify();
app.get("/", (_request, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { "content-type": "text/event-stream" });
  reply.raw.write("retry: 3000\n\n");
  clients.add(reply.raw);
  reply.raw.on("close", () => void clients.delete(reply.raw));
});
app.post("/", (request, reply) => {
  const event = `event: message\ndata: ${JSON.stringify(request.body)}\n\n`;
  for (const client of clients) client.write(event);
  return reply.code(204).send();
});
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
