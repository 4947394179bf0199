import { execFile, spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { extractSamples } from "../scripts/extract-samples.mjs";
import { HotclubProcess } from "./project/hotclub-process.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "newcomer-"));
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", directory], { cwd: root });
  const [tarball = ""] = await readdir(directory);
  await writeFile(join(directory, "package.json"), JSON.stringify({ name: "newcomer", type: "module", private: true }));
  // Without install scripts, nothing is compiled: SQLite must do with what packages bring along.
  const flags = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...flags, `./${tarball}`, "zod@4", "ws@8"], { cwd: directory });
}, 300_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

describe("the package, installed into an empty project", () => {
  it("has every subpath that it exports, each with types", async () => {
    const { stdout } = await run(
      "node",
      ["-e", 'console.log(JSON.stringify(Object.keys(require("hotclub/package.json").exports)))'],
      {
        cwd: directory,
      },
    );
    const paths = (JSON.parse(stdout) as string[])
      .filter((path) => path !== "./package.json")
      .map((path) => path.replace(".", "hotclub"));
    expect(paths).toContain("hotclub/orm");
    const code = paths.map((path) => `await import(${JSON.stringify(path)});`).join("\n");
    expect(spawnSync("node", ["--input-type=module", "-e", code], { cwd: directory, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
    const types = paths
      .map((path, index) => `import * as m${index} from ${JSON.stringify(path)}; m${index};`)
      .join("\n");
    await expectToCompile("every-path", types);
  });

  it("carries source maps, and no sources or tests", async () => {
    const files = await readdir(join(directory, "node_modules/hotclub"), { recursive: true });
    expect(files.filter((file) => /^dist\/chunks\/orm-[\w-]+\.js\.map$/.test(file))).toHaveLength(1);
    expect(files).toContain("dist/orm/index.d.ts");
    expect(files.filter((file) => /^(?:src|test|bench|examples)\b/.test(file))).toEqual([]);
  });

  it("serves what a newcomer writes after the README", async () => {
    const [readme] = extractSamples();
    await cp(readme?.folder ?? "", directory, { recursive: true });
    await expectToCompile("readme", 'export { default } from "./project.js";');

    const main = join(directory, "node_modules/hotclub/dist/cli/main.js");
    const server = new HotclubProcess(["serve", "--port", "0"], { directory, main });
    try {
      const url = await server.url();
      const socket = new WebSocket(`${url.replace("http", "ws")}/ws/rooms/lobby/`);
      const heard = new Promise<string>((resolve, reject) => {
        socket.on("message", (data: Buffer) => resolve(data.toString()));
        socket.on("error", reject);
      });
      socket.on("open", () => socket.send(JSON.stringify({ action: "post", data: { text: "Minor Swing" } })));
      expect(JSON.parse(await heard)).toEqual({ type: "chat.message", id: 1, text: "Minor Swing" });
      socket.close();
      const history = await fetch(`${url}/rooms/lobby/`);
      expect(await history.json()).toMatchObject([{ id: 1, room: "lobby", text: "Minor Swing" }]);
    } finally {
      expect(await server.stop()).toBe(0);
    }
  });

  /** Type-checks a module of the new project with both compilers, as strictly as they can. */
  async function expectToCompile(name: string, code: string): Promise<void> {
    const folder = join(directory, `check-${name}`);
    await mkdir(folder);
    await writeFile(join(directory, `${name}.ts`), code);
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: "nodenext",
      target: "es2023",
    };
    const compilerOptions = {
      ...options,
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
      noEmit: true,
      skipLibCheck: true,
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [`../${name}.ts`] }));
    for (const compiler of ["typescript", "typescript7"]) {
      const tsc = join(root, "node_modules", compiler, "bin/tsc");
      expect(spawnSync("node", [tsc, "-p", folder], { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "" });
    }
  }
});
