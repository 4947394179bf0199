import { DebugInProduction } from "./errors.js";

/** Throws `DebugInProduction` where a site that is for everybody would show its inside. */
export function refuseDebugInProduction(debug: boolean): void {
  if (debug && process.env["NODE_ENV"] === "production") throw new DebugInProduction();
}
