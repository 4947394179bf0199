import { randomUUID } from "node:crypto";

import { openChannelLayer, type LayerReport } from "hotclub/layers";
import { afterEach, describe, expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";
import { redisUrl } from "../services/index.js";

const project = `
  import { defineProject, defineSettings } from ${JSON.stringify(builtIndex)};
  export default defineProject({ name: "shown", settings: defineSettings(), routes: [] });
`;
const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

async function layers(args: readonly string[], environment: Record<string, string>) {
  const directory = await scratch({ "project.ts": project });
  const command = new HotclubProcess(["layers", ...args], { directory, environment });
  return { code: await command.exited, lines: command.lines };
}

/** A layer with three members in a group, and with messages that wait. */
async function openBusy() {
  const url = await redisUrl();
  const layer = await openChannelLayer(url);
  cleanUp.push(() => layer.close());
  const group = `room.${randomUUID()}`;
  const work = `work.${randomUUID()}`;
  for (let n = 0; n < 3; n++) {
    const channel = layer.newChannel();
    await layer.subscribe(channel, () => {});
    await layer.groupAdd(group, channel);
  }
  await layer.send(work, { type: "test.wait" });
  await layer.send(work, { type: "test.wait" });
  return { url, group, work };
}

describe("hotclub layers", () => {
  it("shows processes, groups with their members, and what waits", async () => {
    const { url, group, work } = await openBusy();
    const { code, lines } = await layers(["--once", "--interval", "1"], { REDIS_URL: url });
    expect(code).toBe(0);
    expect(lines.join("\n")).toMatch(/^PROCESS +CHANNELS +GROUPS +SENT\/S +DELIVERED\/S +WAITING +DROPPED$/m);
    expect(lines.find((line) => line.startsWith(group))).toMatch(/ 3 +1$/);
    expect(lines.find((line) => line.startsWith(work))).toMatch(/ 2$/);
  });

  it("prints JSON", async () => {
    const { url, group, work } = await openBusy();
    const { code, lines } = await layers(["--json"], { REDIS_URL: url });
    expect(code).toBe(0);
    const report = JSON.parse(lines.join("\n")) as LayerReport;
    expect(report.processes.flatMap(({ groups }) => groups)).toContainEqual({ name: group, members: 3 });
    expect(report.pending).toContainEqual({ channel: work, messages: 2 });
  });

  it("says that the memory of other processes cannot be seen", async () => {
    const { code, lines } = await layers(["--once"], {});
    expect(code).toBe(1);
    expect(lines.join("\n")).toContain("REDIS_URL is not set");
  });
});
