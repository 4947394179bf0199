import { createApplication, flattenRoutes, type Route } from "../consumers/index.js";
import { RemoteFront, RemoteHost, WorkerOptionInvalid } from "../workers/index.js";
import type { RunningProject } from "./boot.js";

/** The pools that a routing table names. */
function poolsOf(routes: readonly Route[]): ReadonlySet<string> {
  return new Set(flattenRoutes(routes).paths.flatMap(({ remote }) => (remote === undefined ? [] : [remote])));
}

/**
 * What gives the connections of routes with `remote` to workers; `undefined` where there are none, and where no Redis
 * connects processes: then this one runs everything itself.
 */
export async function openFront({ project, routes, layer }: RunningProject): Promise<RemoteFront | undefined> {
  if (project.settings.redisUrl === null || poolsOf(routes).size === 0) return undefined;
  return RemoteFront.open(layer);
}

/**
 * Runs the consumers of these pools (default: all that the routes name) for the processes that hold their connections;
 * `undefined` where there are none. Rejects with `WorkerOptionInvalid` for a pool that no route names.
 */
export async function openHost(
  { routes, services, middleware, layer }: RunningProject,
  wanted: readonly string[] | undefined,
): Promise<RemoteHost | undefined> {
  const known = poolsOf(routes);
  for (const pool of wanted ?? []) {
    if (known.has(pool)) continue;
    const problem = `names ${JSON.stringify(pool)}; there are: ${[...known].join(", ") || "none"}`;
    throw new WorkerOptionInvalid({ option: "pools", problem });
  }
  const pools = [...new Set(wanted ?? known)];
  if (pools.length === 0) return undefined;
  const site = createApplication({ routes, middleware: middleware.list, ...services, isHosting: true });
  return RemoteHost.open(layer, site, pools);
}
