import type { HeaderLine, HttpScope } from "../../../core/index.js";
import { CorsInvalid } from "../../errors.js";
import { HttpResponse } from "../../response/response.js";
import { answerWith } from "../answer-with.js";
import { defineMiddleware, type Middleware } from "../middleware.js";
import { OriginPatterns } from "./origin-patterns.js";
import { addVary, isResponseHead, ownResponse, setHeader } from "../outgoing-head.js";

/** Options of `cors`. */
export interface CorsOptions {
  /** The origins whose pages may read, as `OriginPatterns` understands them: `["https://app.example.com"]`, `["*"]`. */
  readonly origins: readonly (string | RegExp)[];
  /** Whether cookies and passwords may come along. Default false; not together with `*`. */
  readonly credentials?: boolean;
  /** Default GET, HEAD, POST, PUT, PATCH and DELETE. */
  readonly methods?: readonly string[];
  /** Headers that pages may send beside the harmless ones. Default: whatever they ask for. */
  readonly headers?: readonly string[];
  /** Headers of responses that pages may read beside the harmless ones. Default none. */
  readonly exposeHeaders?: readonly string[];
  /** How long browsers may remember what is allowed, in seconds. Default 7,200: no browser keeps it longer than a day. */
  readonly maxAgeS?: number;
}

/** Origins that anybody can send from: a made-up site's, and a sandboxed frame of any page's. */
const strangers = ["https://any.invalid", "http://any.invalid", "null"];

const usualMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Lets pages of other origins read what this site answers (the CORS protocol of the Fetch standard), and answers the
 * preflights of browsers with 204. Wrap a whole site, or an `include` of its API. A request of any other origin is
 * answered as ever, and its page cannot read the answer. Throws `CorsInvalid` and `OriginPatternInvalid`.
 */
export function cors(options: CorsOptions): Middleware<"http"> {
  const { credentials = false, exposeHeaders = [] } = options;
  const origins = new OriginPatterns(options.origins);
  if (credentials && strangers.some((origin) => origins.allows(origin))) throw new CorsInvalid();
  const isSame = origins.areAny;
  const allowed = (origin: string): HeaderLine[] => [
    ["access-control-allow-origin", isSame ? "*" : origin],
    ...(credentials ? [["access-control-allow-credentials", "true"] as const] : []),
  ];
  return defineMiddleware(
    {
      name: "cors",
      scopes: ["http"],
      // A page must be able to read of an error, too, and a preflight carries neither cookies nor tokens.
      before: ["error-pages", "rate-limit", "method-override", "csrf", "timeout"],
    },
    (next) => (scope, send) => {
      const origin = scope.headers.get("origin");
      const isAllowed = origin !== undefined && origins.allows(origin);
      if (origin !== undefined && isAllowed && isPreflight(scope))
        return answerWith(send, preflightAnswer(scope, allowed(origin), options));
      if (!isAllowed && isSame) return next(scope, send);
      return next(scope, (message) => {
        if (!isResponseHead(message)) return send(message);
        const head = ownResponse(message);
        if (origin !== undefined && isAllowed) {
          for (const [name, value] of allowed(origin)) setHeader(head.headers, name, value);
          if (exposeHeaders.length > 0)
            setHeader(head.headers, "access-control-expose-headers", exposeHeaders.join(", "));
        }
        if (!isSame) addVary(head.headers, "Origin");
        return send(head);
      });
    },
  );
}

function isPreflight({ method, headers }: HttpScope): boolean {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}

function preflightAnswer(scope: HttpScope, allowed: readonly HeaderLine[], options: CorsOptions): HttpResponse {
  const { methods = usualMethods, headers, maxAgeS = 7200 } = options;
  const response = new HttpResponse("", { status: 204 });
  const asked = scope.headers.get("access-control-request-headers");
  const allowedHeaders = headers?.join(", ") ?? asked;
  response.headers.push(...allowed, ["access-control-allow-methods", methods.join(", ")]);
  if (allowedHeaders !== undefined && allowedHeaders !== "")
    response.headers.push(["access-control-allow-headers", allowedHeaders]);
  response.headers.push(
    ["access-control-max-age", String(maxAgeS)],
    ["vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"],
  );
  return response;
}
