import { equal, match } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp } from "../../load/http-load.js";
import { body, contentType, securityHeaders } from "./answer.js";

const asked = { accept: "*/*", "accept-encoding": "gzip, br" };

/**
 * A short text through a route and all of the default middleware. The others check the host, write the same headers and
 * a request id, and look whether to compress; the peer does it with the packages that its users take for that. The
 * access log is on, at a level at which what goes well is not written, as for the others.
 */
export const httpMiddleware: BenchCase = {
  name: "http-middleware",
  title: "GET / answered with a short text; ours through a route and the default middleware",
  unit: "requests per CPU second",
  servers: ["ours", "bare", "fastify", "hono", "express", "nestjs"],
  async check(port) {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: asked });
    equal(response.status, 200);
    equal(response.headers.get("content-type"), contentType);
    match(response.headers.get("x-request-id") ?? "", /^[\w-]{19}$/);
    for (const [name, value] of securityHeaders)
      equal(response.headers.get(name)?.replaceAll(/;(?! )/g, "; "), value, name);
    // Each looks whether to compress, and finds that it is not worth it.
    equal(response.headers.get("content-encoding"), null);
    equal(response.headers.get("content-length"), String(Buffer.byteLength(body)));
    equal(await response.text(), body);
  },
  load: (port, seconds) => loadHttp(port, { path: "/", headers: asked }, 64, seconds),
};
