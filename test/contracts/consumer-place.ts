import {
  type ApplicationOptions,
  createApplication,
  type PathRoute,
  type RemotePools,
  type Route,
} from "hotclub/consumers";
import type { Application } from "hotclub/core";
import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { RemoteFront, RemoteHost } from "hotclub/workers";
import { afterEach, beforeEach, vi } from "vitest";

/** Where the consumers of a suite run. */
interface Place {
  make(options: ApplicationOptions): Application;
}

let place: Place = { make: createApplication };

/** As `createApplication`, for consumers that run where the test file says. */
export function makeApplication(options: ApplicationOptions): Application {
  let application: Application | undefined;
  return (scope, send) => (application ??= place.make(options))(scope, send);
}

/** Has the consumers of this test file's suites run behind a channel layer, as they do in a worker. */
export function runRemotely(): { replaceWorker(): Promise<void> } {
  let front: RemoteFront | undefined;
  let host: RemoteHost | undefined;
  let hosted: Application | undefined;
  const openHost = (): Promise<RemoteHost> =>
    RemoteHost.open(
      channelLayers.require(),
      (scope, send) => {
        if (hosted === undefined) throw new Error("No application was made.");
        return hosted(scope, send);
      },
      ["test"],
    );
  beforeEach(async () => {
    if (channelLayers.get() === undefined) channelLayers.set("default", new MemoryChannelLayer());
    const layer = channelLayers.require();
    host = await openHost();
    const opened = await RemoteFront.open(layer);
    front = opened;
    await vi.waitUntil(() => opened.pools.has("test"), { interval: 1 });
  });
  afterEach(async () => {
    await host?.close({ timeoutMs: 1000 });
    await front?.close();
    await channelLayers.closeAll();
  });
  place = {
    make(options) {
      const inner = createApplication({ ...options, isHosting: true });
      const remote: RemotePools = {
        open(route, scope, send) {
          hosted = inner;
          if (front === undefined) throw new Error("The test has ended.");
          return front.open(route, scope, send);
        },
      };
      return createApplication({ ...options, routes: options.routes.map(atTest), remote });
    },
  };
  return {
    async replaceWorker() {
      const before = host;
      host = await openHost();
      await before?.close();
    },
  };
}

function atTest(route: Route): Route {
  if (route.kind === "http" || route.kind === "websocket") return { ...route, remote: "test" } satisfies PathRoute;
  return route;
}
