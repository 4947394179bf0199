import { hostname } from "node:os";

import { Command, Option } from "commander";

import { type ChannelLayer, type LayerReport, openChannelLayer } from "../layers/index.js";
import { layersTable } from "./layers-table.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, wholeNumber, withProjectOption } from "./options.js";

interface LayersOptions extends ProjectOptions {
  readonly json?: boolean;
  readonly once?: boolean;
  readonly interval?: number;
}

const clearScreen = "\u001B[2J\u001B[H";

/** `hotclub layers` */
export function layersCommand(): Command {
  return withProjectOption(new Command("layers"))
    .description("Show the channel layer, live: its processes and groups, members, rates and what waits.")
    .addOption(new Option("--once", "print it once, with the rates of one interval"))
    .addOption(new Option("--json", "print the reports of the processes once, as JSON"))
    .addOption(
      new Option("--interval <seconds>", "how often to look").argParser(wholeNumber(1, 3600)).default(2, "2 seconds"),
    )
    .action(async ({ project, json, once, interval = 2 }: LayersOptions) => {
      const { settings, layer: options } = await loadProject(findProjectFile(project));
      if (settings.redisUrl === null) {
        throw new Error(
          "REDIS_URL is not set: the layer is in the memory of each process, and cannot be seen from here.",
        );
      }
      const layer = await openChannelLayer(settings.redisUrl, options);
      try {
        if (json === true) process.stdout.write(`${JSON.stringify(await others(layer), null, 2)}\n`);
        else await show(layer, interval, once === true);
      } finally {
        await layer.close();
      }
    });
}

/** What all processes report but this one. */
async function others(layer: ChannelLayer): Promise<LayerReport> {
  const { processes, pending } = await layer.inspect();
  const here = hostname();
  return { processes: processes.filter(({ pid, host }) => pid !== process.pid || host !== here), pending };
}

async function show(layer: ChannelLayer, intervalS: number, once: boolean): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let before = await others(layer);
  let at = performance.now();
  while (!stop.signal.aborted) {
    await pause(intervalS * 1000, stop.signal);
    if (stop.signal.aborted) return;
    const now = await others(layer);
    const readAt = performance.now();
    const table = layersTable(before, now, (readAt - at) / 1000);
    process.stdout.write(process.stdout.isTTY && !once ? clearScreen + table : `${table}\n`);
    if (once) return;
    [before, at] = [now, readAt];
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
