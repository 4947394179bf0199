import { channelLayers } from "../../layers/index.js";
import { databases } from "../../orm/index.js";
import type { HealthCheck } from "./health-check.js";

/** Of every project: its databases answer, and its channel layer is connected. */
export const builtInChecks: readonly HealthCheck[] = [
  {
    name: "database",
    async check() {
      for (const alias of databases.aliases()) await databases.get(alias).query("SELECT 1", []);
    },
  },
  {
    name: "channel layer",
    check() {
      const { state } = channelLayers.require();
      if (state === "disconnected" || state === "closed") throw new Error(`the channel layer is ${state}`);
    },
  },
];
