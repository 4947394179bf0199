import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { flameGraph } from "./flame-graph.js";
import { hottest } from "./hottest.js";
import { makeFolder } from "./result.js";
import type { CpuProfile } from "./profile.js";
import { percent } from "./table.js";

/** How many functions are told. */
const told = 12;

/** Where profiles of a run go: beside its result, or into the folder of what is built. It is made. */
export function profileFolder(save: string | undefined): string {
  const folder = save?.replace(/(\.json)?$/, ".profiles") ?? fileURLToPath(new URL("../profiles", import.meta.url));
  makeFolder(folder);
  return folder;
}

/** Draws the profile of a case beside it, and says which functions took the time. */
export function drawProfile(folder: string, name: string, say: (line: string) => void): void {
  const file = join(folder, `${name}.cpuprofile`);
  if (!existsSync(file)) return;
  const profile = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
  writeFileSync(join(folder, `${name}.svg`), flameGraph(profile, `${name}: what ours did`));
  say(`  ${file}, and ${name}.svg beside it:`);
  for (const { share, name: called, place } of hottest(profile, told))
    say(`  ${percent(share).padStart(6)}  ${called}  ${place}`);
}
