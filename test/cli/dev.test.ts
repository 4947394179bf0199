import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { freePort } from "../project/free-port.js";
import { HotclubProcess } from "../project/hotclub-process.js";
import { helloProject, scratch } from "../project/scratch.js";

let development: HotclubProcess | undefined;
afterEach(async () => {
  await development?.stop();
});

/** Waits for the n-th line that tells that the site is served. */
async function served(process: HotclubProcess, times: number): Promise<void> {
  await process.line("is served at");
  while (process.lines.filter((line) => line.includes("is served at")).length < times) await process.nextLine();
}

describe("hotclub dev", () => {
  it("starts anew at every change, with debug pages, and waits where a change does not start", async () => {
    const directory = await scratch({ "project.ts": helloProject });
    const port = await freePort();
    development = new HotclubProcess(["dev", "--port", String(port)], { directory });
    const get = async (path = "/") => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    await served(development, 1);
    expect(await get()).toBe("hello world");
    expect(await get("/broken/")).toContain("the secret");

    await writeFile(join(directory, "project.ts"), helloProject.replace("hello ", "bonjour "));
    await served(development, 2);
    expect(await get()).toBe("bonjour world");

    await writeFile(join(directory, "project.ts"), "export default (");
    await development.line("Waiting for a change");

    await writeFile(join(directory, "project.ts"), helloProject.replace("hello ", "salut "));
    await served(development, 3);
    expect(await get()).toBe("salut world");
    expect(await development.stop()).toBe(0);
  });
});
