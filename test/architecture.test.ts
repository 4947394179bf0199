import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");

/** The floor of each folder of src/: a file may import from its own folder and from lower floors. */
const floors: Readonly<Record<string, number>> = {
  core: 0,
  protocol: 1,
  layers: 1,
  orm: 1,
  templates: 1,
  consumers: 2,
  workers: 3,
  cache: 4,
  storage: 4,
  mail: 4,
  i18n: 4,
  security: 4,
  "static-files": 4,
  sessions: 4.5,
  messages: 4.5,
  forms: 4.5,
  auth: 5,
  views: 6,
  rest: 6,
  live: 6,
  admin: 7,
  project: 8,
  testing: 9,
  cli: 9,
};

/** Engines of others, and the one place that each may be imported in. */
const engines: Readonly<Record<string, string>> = {
  "uWebSockets.js": "protocol/uws",
  ws: "protocol/node",
  ioredis: "layers/redis",
  bullmq: "workers/bullmq",
  croner: "workers/schedules",
  postgres: "orm/backends/postgres",
  "better-sqlite3": "orm/backends/sqlite",
  libsql: "orm/backends/sqlite",
  liquidjs: "templates",
  msgpackr: "layers",
  pino: "core",
  commander: "cli",
  chokidar: "cli",
  "file-type": "storage/uploads",
  sharp: "storage/uploads",
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** Every import of the sources, type-only ones and `import()` included. */
const imports: readonly Import[] = sourceFiles(source).flatMap((path) => {
  const file = relative(source, path);
  return specifiersOf(readFileSync(path, "utf8")).map((specifier) => ({ file, specifier }));
});

function sourceFiles(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return name.endsWith(".ts") ? [path] : [];
  });
}

function specifiersOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const statements = code.matchAll(/^\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*"([^"]+)"/gm);
  const calls = code.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g);
  return [...statements, ...calls].map((match) => match[1] ?? "");
}

/** The file of src/ that a relative import leads to. */
function targetOf({ file, specifier }: Import): string {
  return relative(source, resolve(source, dirname(file), specifier.replace(/\.js$/, ".ts")));
}

const folderOf = (file: string): string => (file.includes("/") ? (file.split("/", 1)[0] ?? "") : "");
const relatives = imports.filter(({ specifier }) => specifier.startsWith("."));
const show = ({ file, specifier }: Import): string => `${file} imports ${specifier}`;

describe("the house", () => {
  it("has only folders that have a floor", () => {
    const folders = readdirSync(source).filter(
      (name) => statSync(join(source, name)).isDirectory() && sourceFiles(join(source, name)).length > 0,
    );
    expect(folders.filter((folder) => floors[folder] === undefined && folder !== "client")).toEqual([]);
  });

  it("has imports that lead somewhere", () => {
    expect(relatives.filter((one) => !existsSync(join(source, targetOf(one)))).map(show)).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  it("has imports that go down, never up and never sideways", () => {
    const wrong = relatives.filter((one) => {
      const [from, to] = [folderOf(one.file), folderOf(targetOf(one))];
      return from !== "" && from !== "client" && from !== to && (floors[to] ?? Infinity) >= (floors[from] ?? -1);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("has a client for browsers that takes only types, of the wire protocol and of core", () => {
    const outside = relatives.filter((one) => folderOf(one.file) === "client" && folderOf(targetOf(one)) !== "client");
    const allowed = new Set(["protocol/wire.ts", "core/index.ts"]);
    expect(outside.filter((one) => !allowed.has(targetOf(one))).map(show)).toEqual([]);
    const values = sourceFiles(join(source, "client")).filter((path) =>
      /^import (?!type)[^;]*"\.\.\//m.test(readFileSync(path, "utf8")),
    );
    expect(values).toEqual([]);
  });

  it("has folders that are entered by their index alone", () => {
    const wrong = relatives.filter((one) => {
      const [from, target] = [folderOf(one.file), targetOf(one)];
      if (from === "client") return false;
      return from !== folderOf(target) && target !== join(folderOf(target), "index.ts");
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("has no circles of imports, not even of types", () => {
    const edges = new Map<string, string[]>();
    for (const one of relatives) edges.set(one.file, [...(edges.get(one.file) ?? []), targetOf(one)]);
    expect(circlesOf(edges)).toEqual([]);
  });

  it("has each engine of others imported in one place", () => {
    const wrong = imports.filter(({ file, specifier }) => {
      const name = specifier.startsWith("@") ? specifier : (specifier.split("/", 1)[0] ?? "");
      const place = engines[name];
      return place !== undefined && !file.startsWith(`${place}/`);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("exports each folder's index from the package, and nothing else", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      exports: Record<string, unknown>;
    };
    const folders = readdirSync(source).filter((name) => existsSync(join(source, name, "index.ts")) && name !== "cli");
    const expected = [".", "./package.json", ...folders.map((folder) => `./${folder}`)];
    expect(Object.keys(exports).sort()).toEqual(expected.sort());
  });

  it("has an index in each folder that says in its first lines what the folder is for, with an example", () => {
    const silent = Object.keys(floors)
      .filter((folder) => folder !== "cli" && existsSync(join(source, folder, "index.ts")))
      .filter(
        (folder) => !/^\/\*\*\n[\s\S]*?```ts[\s\S]*?\*\//.test(readFileSync(join(source, folder, "index.ts"), "utf8")),
      );
    expect(silent).toEqual([]);
  });
});

function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return circles;
}
