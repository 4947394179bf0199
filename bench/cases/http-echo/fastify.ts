import { fastify } from "fastify";

import { announce } from "../../announce.js";
import { page, type Page } from "./post.js";

const app = fastify();
app.setValidatorCompiler<typeof page>(({ schema }) => (value) => {
  const checked = schema.safeParse(value);
  return checked.success ? { value: checked.data } : { error: checked.error };
});
app.post<{ Body: Page }>("/", { schema: { body: page } }, ({ body }, reply) => reply.send(body));
const url = await app.listen({ port: 0, host: "127.0.0.1" });
announce(Number(new URL(url).port));
