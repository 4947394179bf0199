import { fastify } from "fastify";

import { announce } from "../../announce.js";
import { answer, groups } from "./table.js";

interface Params {
  readonly item: string;
  readonly comment: string;
}

const app = fastify();
for (const group of groups) {
  app.get(`/group-${group}/`, (_request, reply) => reply.type("text/plain; charset=utf-8").send(answer(group)));
  app.get(`/group-${group}/items/`, (_request, reply) => reply.type("text/plain; charset=utf-8").send(answer(group)));
  app.get<{ Params: Params }>(`/group-${group}/items/:item/`, ({ params }, reply) =>
    reply.type("text/plain; charset=utf-8").send(answer(group, params.item)),
  );
  app.get<{ Params: Params }>(`/group-${group}/items/:item/comments/:comment/`, ({ params }, reply) =>
    reply.type("text/plain; charset=utf-8").send(answer(group, params.item, params.comment)),
  );
}
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
