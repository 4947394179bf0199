import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach } from "vitest";

const directories: string[] = [];

afterEach(async () => {
  await Promise.all(directories.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
});

/** A directory of its own for one test, an ES module with these files in it; removed after the test. */
export async function scratch(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "hotclub-"));
  directories.push(directory);
  for (const [name, text] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

/** The path that `hotclub` is imported from by a project outside of this repository. */
export const builtIndex = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** A small project: a page that says hello, and one that fails. */
export const helloProject = `
  import { defineProject, defineSettings, http, HttpConsumer } from ${JSON.stringify(builtIndex)};
  class Hello extends HttpConsumer {
    get() { return this.text("hello " + (process.env.GREETED ?? "world")); }
    async post() { return this.text(String((await this.request.bytes()).length)); }
  }
  class Broken extends HttpConsumer {
    get(): never { throw new Error("the secret"); }
  }
  export default defineProject({
    name: "hello",
    settings: defineSettings(),
    routes: [http("/", Hello), http("/broken/", Broken)],
  });
`;
