import compression from "compression";
import type { RequestHandler } from "express";
import helmet from "helmet";

import { hosts, nextRequestId } from "./answer.js";
import { helmetOptions } from "./helmet-options.js";

const checkHost: RequestHandler = (request, response, next) => {
  response.setHeader("x-request-id", nextRequestId());
  if (hosts.has(request.hostname ?? "")) next();
  else response.status(400).end();
};

/** What users of Express take for what our default middleware does; those of NestJS do, too. */
export const stack: readonly RequestHandler[] = [checkHost, helmet(helmetOptions), compression()];
