import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp } from "../../load/http-load.js";

/** A short text through routing and one middleware, against the bare library and fastify. */
export const httpHello: BenchCase = {
  name: "http-hello",
  title: "GET / answered with a short text; ours through a route and one middleware",
  unit: "requests per CPU second",
  servers: ["ours", "bare", "fastify", "hono", "express", "nestjs", "django-uvicorn", "django-daphne"],
  async check(port) {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    equal(response.status, 200);
    equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
    equal(response.headers.get("x-powered-by"), "swing");
    equal(await response.text(), "Hello, world");
  },
  load: (port, seconds) => loadHttp(port, { path: "/" }, 64, seconds),
};
