import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { compress } from "hono/compress";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";

import { announce } from "../../announce.js";
import { body, contentType, hosts, nextRequestId } from "./answer.js";

const app = new Hono();
app.use(requestId({ generator: nextRequestId }));
app.use(async (context, next) => {
  if (hosts.has((context.req.header("host") ?? "").replace(/:\d+$/, ""))) await next();
  else context.res = context.body(null, 400);
});
app.use(
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    crossOriginResourcePolicy: false,
    strictTransportSecurity: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }),
);
app.use(compress());
// Its compressor takes what is under a kilobyte for worth it, unless the length is told; the others count for themselves.
const length = String(Buffer.byteLength(body));
app.get("/", (context) => context.text(body, 200, { "content-type": contentType, "content-length": length }));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => announce(port));
