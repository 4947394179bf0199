import type { Application, HeaderLine, HttpScope, Message } from "../../core/index.js";
import type { Readiness } from "./readiness.js";

/** Whether the process answers at all: for what restarts it when it does not. */
export const livenessPath = "/-/live";
/** Whether the process can work: for what sends it requests only when it can. */
export const readinessPath = "/-/ready";

const headers: readonly HeaderLine[] = [
  ["content-type", "application/json"],
  ["cache-control", "no-store"],
];

/**
 * Answers the two paths, and leaves the rest to `application`. Goes around all middleware: who asks knows this process
 * by its address, not by the site's name.
 */
export function healthEndpoints(application: Application, readiness: Readiness): Application {
  return (scope, send) => {
    if (scope.type !== "http" || !isHealthPath(scope.path)) return application(scope, send);
    return {
      async handle(message) {
        if (message.type === "http.request" && message["moreBody"] !== true) await send(await answer(scope, readiness));
      },
    };
  };
}

function isHealthPath(path: string): boolean {
  return path === livenessPath || path === readinessPath;
}

async function answer({ method, path }: HttpScope, readiness: Readiness): Promise<Message> {
  if (method !== "GET" && method !== "HEAD") {
    return { type: "http.response", status: 405, headers: [["allow", "GET, HEAD"]], body: "" };
  }
  if (path === livenessPath) return { type: "http.response", status: 200, headers, body: '{"status":"live"}' };
  if (readiness.isStopping) return { type: "http.response", status: 503, headers, body: '{"status":"stopping"}' };
  const outcomes = await readiness.look();
  const isReady = outcomes.every(({ isWell }) => isWell);
  const checks = Object.fromEntries(outcomes.map(({ name, isWell }) => [name, isWell ? "ok" : "failing"]));
  const body = JSON.stringify({ status: isReady ? "ready" : "not ready", checks });
  return { type: "http.response", status: isReady ? 200 : 503, headers, body };
}
