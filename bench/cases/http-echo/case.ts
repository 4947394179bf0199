import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp } from "../../load/http-load.js";
import { body } from "./post.js";

const headers = { "content-type": "application/json" };

/** JSON of some 8 KB read, checked, and sent back: by the same schema everywhere, and by fastify's own kind too. */
export const httpEcho: BenchCase = {
  name: "http-echo",
  title: `POST of ${Buffer.byteLength(body)} bytes of JSON, parsed, checked by a schema, and sent back as JSON`,
  unit: "requests per CPU second",
  servers: ["ours", "bare", "fastify", "fastify-ajv", "hono", "express", "nestjs"],
  async check(port) {
    const post = (text: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body: text });
    const response = await post(body);
    equal(response.status, 200);
    equal(response.headers.get("content-type")?.split(";")[0], "application/json");
    equal(await response.text(), body);
    equal((await post("{")).status, 400);
    equal((await post('{"room":"lobby"}')).status, 400);
  },
  load: (port, seconds) => loadHttp(port, { method: "POST", path: "/", headers, body }, 64, seconds),
};
