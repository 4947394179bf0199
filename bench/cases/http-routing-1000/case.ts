import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp, type HttpRequestSpec } from "../../load/http-load.js";
import { samples } from "./table.js";

/** A table of 1,000 routes, half of them with parameters, asked all over. */
export const httpRouting1000: BenchCase = {
  name: "http-routing-1000",
  title: "144 paths of a table of 1,000 routes in turn; half of them capture one or two parameters",
  unit: "requests per CPU second",
  servers: ["ours", "bare", "fastify", "hono", "express", "nestjs"],
  async check(port) {
    for (const { path, body } of samples) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      equal(response.status, 200);
      equal(response.headers.get("content-type")?.toLowerCase(), "text/plain; charset=utf-8");
      equal(await response.text(), body);
    }
    equal((await fetch(`http://127.0.0.1:${port}/nowhere/`)).status, 404);
  },
  load: (port, seconds) =>
    loadHttp(port, samples.map(({ path }) => ({ path })) as [HttpRequestSpec, ...HttpRequestSpec[]], 64, seconds),
};
