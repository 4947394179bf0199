import { request as httpRequest } from "node:http";

import type { RouteDescription } from "../../consumers/index.js";
import { BenchTargetMissing, BenchTargetRefuses } from "./errors.js";
import type { RequestSpec } from "./request.js";

/** What a server answers to one request. */
interface ProbeAnswer {
  readonly status: number;
  readonly location: string | undefined;
  readonly allow: string | undefined;
}

/**
 * Asks once, and rejects with `BenchTargetMissing` or `BenchTargetRefuses` unless the answer is one that is worth
 * measuring: of 2xx.
 */
export async function probeRoute(port: number, spec: RequestSpec, routes: readonly RouteDescription[]): Promise<void> {
  const answer = await ask(port, spec);
  if (answer.status >= 200 && answer.status < 300) return;
  if (answer.status === 404 && !isRouted(spec.path, "http", routes)) throw missing("route", spec.path, routes);
  const target = `${spec.method} ${spec.path}`;
  throw new BenchTargetRefuses({ target, problem: `it answers ${answer.status}${explain(answer, spec)}` });
}

/** Why a socket was refused, from `status 403` and the like. */
export function refusedSocket(path: string, why: string, routes: readonly RouteDescription[]): Error {
  if (why === "status 404" && !isRouted(path, "websocket", routes)) return missing("socket", path, routes);
  const advice: Readonly<Record<string, string>> = {
    "status 401": `: ${loginAdvice}`,
    "status 403": `: ${loginAdvice} An origin that is not trusted is refused, too: --header "origin: …".`,
    "status 400": `: ${hostAdvice}`,
  };
  const problem = `the handshake is refused (${why})${advice[why] ?? "."}`;
  return new BenchTargetRefuses({ target: `socket ${path}`, problem });
}

const loginAdvice =
  'it wants somebody who is logged in. Log in with a browser, and give its cookie: --cookie "sessionid=…" (or --header "authorization: …").';
const hostAdvice = 'if ALLOWED_HOSTS is why, name one of them: --header "host: example.com".';

function explain({ status, location, allow }: ProbeAnswer, { method }: RequestSpec): string {
  if (location !== undefined && /log-?in|sign-?in/i.test(location)) return `, to ${location}: ${loginAdvice}`;
  if (location !== undefined && location.startsWith("https:")) {
    return `, to ${location}: the site wants TLS (HTTPS_REDIRECT). Measure with that off, or give the header that your proxy sends.`;
  }
  if (location !== undefined) return `, to ${location}: measure that instead.`;
  if (status === 401) return `: ${loginAdvice}`;
  if (status === 403 && !/^(GET|HEAD|OPTIONS)$/.test(method)) {
    return ': it is refused, as forms of other sites are: give a token and its cookie with --header and --cookie, or "origin" of the site itself.';
  }
  if (status === 403) return `: ${loginAdvice}`;
  if (status === 400) return `: ${hostAdvice}`;
  if (status === 404) return ": there is a route for it, but no such page. Is there a row for it in this database?";
  if (status === 405) return `: it takes ${allow ?? "other methods"} (--method).`;
  if (status >= 500) return ": something is wrong there. hotclub serve logs what.";
  return ".";
}

function missing(kind: "route" | "socket", wanted: string, routes: readonly RouteDescription[]): Error {
  const is = kind === "route" ? "http" : "websocket";
  const known = [...new Set(routes.filter((route) => route.kind === is).map(({ path }) => path))];
  return new BenchTargetMissing({ kind, wanted, known });
}

/** Whether a pattern of the table fits the path. What its parameters may hold is the server's to say. */
function isRouted(path: string, kind: RouteDescription["kind"], routes: readonly RouteDescription[]): boolean {
  const asked = path.split("?", 1)[0] ?? "";
  return routes.some((route) => route.kind === kind && patternOf(route.path).test(asked));
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(:\w+(?:<[^>]*>)?|\*\w*)/);
  const source = parts.map((part) => {
    if (part.startsWith("*") || /^:\w+<path>$/.test(part)) return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`);
}

function ask(port: number, { method, path, headers, body }: RequestSpec): Promise<ProbeAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1", method, path, headers: { ...headers } }, (response) => {
      const { location, allow } = response.headers;
      resolve({ status: response.statusCode ?? 0, location, allow });
      // A stream of events does not end by itself.
      response.destroy();
    });
    request.once("error", reject);
    request.end(body);
  });
}
