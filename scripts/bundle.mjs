// Puts the modules of dist/ together into few files: Node takes half a millisecond to find, read and link a module,
// and there are more than a thousand. What users import stays where it was, as do declarations and everything that is
// read by its path.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** Loaded by their paths: the migrations of apps one by one, as users' are; the client's files also by browsers. */
const isLeftAlone = (path) => /^client\/|(?:^|\/)static\/|\/migrations\/\d+_\w+\.js$/.test(path);
const modules = readdirSync(dist, { encoding: "utf8", recursive: true }).filter(
  (path) => path.endsWith(".js") && !isLeftAlone(path),
);
const entries = modules.filter((path) => /^(?:[\w-]+\/)?index\.js$/.test(path));
// Commands, and what processes and threads of their own begin with.
entries.push("cli/main.js", ...modules.filter((path) => path.endsWith("-main.js")));

const out = `${dist}bundled/`;
const bundle = await rolldown({
  cwd: dist,
  input: Object.fromEntries(entries.map((path) => [path.replace(/\.js$/, ""), dist + path])),
  platform: "node",
  external: (id) => !/^[./]/.test(id),
  treeshake: false,
  transform: { define: { "import.meta.url": "ownUrl" } },
  plugins: [{ name: "own paths", load }],
});
await bundle.write({
  dir: out,
  format: "esm",
  sourcemap: true,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
});
await bundle.close();
for (const path of readdirSync(out, { encoding: "utf8", recursive: true }))
  if (path.endsWith(".js")) requireCommonJs(out + path);

for (const path of modules) for (const file of [path, `${path}.map`]) rmSync(dist + file, { force: true });
cpSync(out, dist, { recursive: true });
rmSync(out, { recursive: true });

/** With the map to the TypeScript. What a module finds by its own path it goes on finding there. */
function load(path) {
  const code = readFileSync(path, "utf8").replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  const map = JSON.parse(readFileSync(`${path}.map`, "utf8"));
  map.sources = map.sources.map((source) => fileURLToPath(new URL(source, `file://${dirname(path)}/`)));
  if (!code.includes("import.meta.url")) return { code, map };
  const own = JSON.stringify(relative(dist, path));
  const start = `const { url: here } = import.meta, ownUrl = new URL(${own}, here.slice(0, here.lastIndexOf("/dist/") + 6)).href; `;
  // On the first line of code, so that lines keep their numbers; the first line of a command is the system's.
  return { code: code.replace(/^(#!.*\n)?/, (line) => line + start), map };
}

/**
 * Has packages that are CommonJS, however they are asked for, loaded as that: for an `import` Node first looks through
 * their text for the names that they export, which takes three times as long as to load them (LiquidJS 85 ms instead of
 * 20). Lines keep their numbers, for the source map.
 */
function requireCommonJs(path) {
  const packages =
    /^import \{ ([^}]*) \} from "(@fastify\/busboy|argon2|cookie|ioredis|liquidjs|pino|rate-limiter-flexible)";$/gm;
  const code = readFileSync(path, "utf8");
  const changed = code.replace(packages, (_line, names, name) => {
    const load = `requireFor_${name.replaceAll(/\W/g, "_")}`;
    const start = `import { createRequire as ${load} } from "node:module";`;
    return `${start} const { ${names.replaceAll(" as ", ": ")} } = ${load}(import.meta.url)("${name}");`;
  });
  if (changed !== code) writeFileSync(path, changed);
}
