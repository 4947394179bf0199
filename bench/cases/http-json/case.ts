import { deepEqual, equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp } from "../../load/http-load.js";
import { room } from "./room.js";

/** A small object as JSON. */
export const httpJson: BenchCase = {
  name: "http-json",
  title: `GET / answered with ${Buffer.byteLength(JSON.stringify(room()))} bytes of JSON, made anew each time`,
  unit: "requests per CPU second",
  servers: ["ours", "bare", "fastify", "hono", "express", "nestjs", "django-uvicorn"],
  async check(port) {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    equal(response.status, 200);
    equal(response.headers.get("content-type")?.split(";")[0], "application/json");
    deepEqual(await response.json(), room());
  },
  load: (port, seconds) => loadHttp(port, { path: "/" }, 64, seconds),
};
