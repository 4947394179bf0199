import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import {
  collectStatic,
  readManifest,
  StaticFinder,
  StaticReferenceMissing,
  StaticRootRefused,
  StaticUrls,
} from "hotclub/static-files";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let place = "";
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "hotclub-static-"));
});
afterEach(() => rm(place, { recursive: true }));

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, body] of Object.entries(files)) {
    await mkdir(dirname(join(place, name)), { recursive: true });
    await writeFile(join(place, name), body);
  }
}

/** Collects the directories `one` and `two`. */
function collect(options: Partial<Parameters<typeof collectStatic>[0]> = {}) {
  const finder = new StaticFinder([join(place, "one"), join(place, "two")]);
  return collectStatic({ finder, root: join(place, "collected"), ...options });
}

/** What was published under a name. */
async function published(name: string): Promise<string> {
  const manifest = await readManifest(join(place, "collected"));
  return readFile(join(place, "collected", manifest?.files[name] ?? "nothing"), "utf8");
}

describe("collecting static files", () => {
  it("brings the files of all directories together, the first that has one giving it", async () => {
    await write({
      "one/site.css": "a{}",
      "two/site.css": "b{}",
      "two/shop/app.js": "1;",
      "two/.hidden": "",
      "two/x.js~": "",
    });
    const { manifest, written } = await collect();
    expect(Object.keys(manifest.files)).toEqual(["shop/app.js", "site.css"]);
    expect(manifest.files["site.css"]).toMatch(/^site\.[0-9a-f]{12}\.css$/);
    expect(written).toHaveLength(4);
    expect(await readFile(join(place, "collected/site.css"), "utf8")).toBe("a{}");
    expect(await published("shop/app.js")).toBe("1;");
  });

  it("gives a file another name when its contents change, or those of what it refers to", async () => {
    await write({ "one/a.css": 'a{background:url("img/x.png")}', "one/img/x.png": "1", "one/b.css": "b{}" });
    const before = (await collect()).manifest.files;
    await write({ "one/img/x.png": "2" });
    const after = (await collect()).manifest.files;
    expect(after["img/x.png"]).not.toBe(before["img/x.png"]);
    expect(after["a.css"]).not.toBe(before["a.css"]);
    expect(after["b.css"]).toBe(before["b.css"]);
  });

  it("rewrites what stylesheets refer to, in the way in which it is written", async () => {
    await write({
      "one/css/site.css": [
        "/* url(gone.png) */",
        '@import "more/fonts.css";',
        "@import url(theme.css) screen;",
        "a { background: url( '../img/a b.png' ) no-repeat, url(../img/c.png?v=1#x) }",
        'b { background: url("/static/img/c.png"); content: "url(gone.png)" }',
        "c { background: url(data:image/png;base64,AAAA), url(#mask), url(//cdn.example/x.png), url(https://e.x/y) }",
        "d { background: URL(../img/a%20b.png) }",
        "/*# sourceMappingURL=site.css.map */",
        "/*# sourceMappingURL=gone.css.map */",
      ].join("\n"),
      "one/css/site.css.map": "{}",
      "one/css/more/fonts.css": "f{}",
      "one/css/theme.css": "t{}",
      "one/img/a b.png": "ab",
      "one/img/c.png": "c",
    });
    const { files } = (await collect()).manifest;
    const way = (name: string) => encodeURI(files[name] ?? "");
    expect((await published("css/site.css")).split("\n")).toEqual([
      "/* url(gone.png) */",
      `@import "${way("css/more/fonts.css").slice(4)}";`,
      `@import url(${way("css/theme.css").slice(4)}) screen;`,
      `a { background: url( '../${way("img/a b.png")}' ) no-repeat, url(../${way("img/c.png")}?v=1#x) }`,
      `b { background: url("/static/${way("img/c.png")}"); content: "url(gone.png)" }`,
      "c { background: url(data:image/png;base64,AAAA), url(#mask), url(//cdn.example/x.png), url(https://e.x/y) }",
      `d { background: URL(../${way("img/a b.png")}) }`,
      `/*# sourceMappingURL=${way("css/site.css.map").slice(4)} */`,
      "/*# sourceMappingURL=gone.css.map */",
    ]);
  });

  it("rewrites what scripts import, and leaves what is no file alone", async () => {
    await write({
      "one/app/main.js": [
        'import { a } from "./a.js";',
        "export * from '../lib/b.js';",
        'import "./a.js";',
        'const c = await import("./a.js");',
        'const image = new URL("./x.svg", import.meta.url);',
        'import lit from "lit";',
        'import gone from "./gone.js";',
        '// import "./a.js"',
        "const text = \"import './a.js'\";",
        "//# sourceMappingURL=main.js.map",
      ].join("\n"),
      "one/app/main.js.map": "{}",
      "one/app/a.js": "",
      "one/app/x.svg": "<svg/>",
      "one/lib/b.js": "b;",
    });
    const { files } = (await collect()).manifest;
    const a = files["app/a.js"]?.slice(4);
    expect((await published("app/main.js")).split("\n")).toEqual([
      `import { a } from "./${a}";`,
      `export * from '../${files["lib/b.js"]}';`,
      `import "./${a}";`,
      `const c = await import("./${a}");`,
      `const image = new URL("./${files["app/x.svg"]?.slice(4)}", import.meta.url);`,
      'import lit from "lit";',
      'import gone from "./gone.js";',
      '// import "./a.js"',
      "const text = \"import './a.js'\";",
      `//# sourceMappingURL=${files["app/main.js.map"]?.slice(4)}`,
    ]);
  });

  it("copes with scripts that import each other, and renames all of them when one changes", async () => {
    await write({
      "one/a.js": 'import "./b.js";',
      "one/b.js": 'import "./c.js"; import "./leaf.js";',
      "one/c.js": 'import "./a.js";',
      "one/leaf.js": "1;",
      "one/self.js": 'import "./self.js";',
    });
    const before = (await collect()).manifest.files;
    expect(await published("a.js")).toBe(`import "./${before["b.js"]}";`);
    expect(await published("c.js")).toBe(`import "./${before["a.js"]}";`);
    expect(await published("self.js")).toBe(`import "./${before["self.js"]}";`);
    await write({ "one/leaf.js": "2;" });
    const after = (await collect()).manifest.files;
    for (const name of ["a.js", "b.js", "c.js"]) expect(after[name]).not.toBe(before[name]);
    expect(after["self.js"]).toBe(before["self.js"]);
  });

  it("refuses a stylesheet that refers to a file that is not there, and says where", async () => {
    await write({ "one/site.css": "a {}\nb { background: url(gone.png) }" });
    const collecting = collect();
    await expect(collecting).rejects.toThrow(StaticReferenceMissing);
    await expect(collecting).rejects.toThrow('site.css, line 2, refers to "gone.png"');
    await expect(readdir(join(place, "collected"))).rejects.toThrow("ENOENT");
  });

  it("lays compressed variants beside what they make smaller", async () => {
    const text = "body { color: red }\n".repeat(100);
    await write({ "one/site.css": text, "one/tiny.css": "a{}", "one/photo.jpg": Buffer.alloc(5000) });
    const { manifest } = await collect();
    const hashed = manifest.files["site.css"] ?? "";
    for (const name of ["site.css", hashed]) {
      expect(brotliDecompressSync(await readFile(join(place, "collected", `${name}.br`))).toString()).toBe(text);
      expect(gunzipSync(await readFile(join(place, "collected", `${name}.gz`))).toString()).toBe(text);
    }
    expect(Object.keys(manifest.variants)).toEqual(["site.css", hashed]);
    const all = await readdir(join(place, "collected"));
    expect(all.some((name) => name.startsWith("photo") && /\.(?:br|gz|zst)$/.test(name))).toBe(false);
    expect((await collect({ compress: false, clear: true })).manifest.variants).toEqual({});
  });

  it("touches only what has changed, and keeps what pages of the last release need", async () => {
    await write({ "one/a.css": "a{}", "one/b.css": "b{}" });
    const before = (await collect()).manifest.files;
    const untouched = (await stat(join(place, "collected/b.css"))).mtimeMs;
    await write({ "one/a.css": "a{color:red}" });
    const second = await collect();
    expect(second.written.toSorted()).toEqual(["a.css", second.manifest.files["a.css"] ?? ""].toSorted());
    expect(second.unchanged).toBe(2);
    expect((await stat(join(place, "collected/b.css"))).mtimeMs).toBe(untouched);
    expect(await readFile(join(place, "collected", before["a.css"] ?? ""), "utf8")).toBe("a{}");
    await collect({ clear: true });
    await expect(stat(join(place, "collected", before["a.css"] ?? ""))).rejects.toThrow("ENOENT");
  });

  it("leaves out what it is told to, and writes nothing when it only says what it would", async () => {
    await write({ "one/a.scss": "a", "one/b.css": "b{}", "one/drafts/c.css": "c{}" });
    const { manifest, written } = await collect({ ignore: ["*.scss", "drafts"], dryRun: true });
    expect(Object.keys(manifest.files)).toEqual(["b.css"]);
    expect(written).toHaveLength(2);
    await expect(stat(join(place, "collected"))).rejects.toThrow("ENOENT");
  });

  it("clears no directory that holds something else, and collects in none of its sources", async () => {
    await write({ "one/a.css": "a{}", "home/thesis.txt": "years" });
    await expect(collect({ root: join(place, "home"), clear: true })).rejects.toThrow(StaticRootRefused);
    for (const root of [join(place, "one"), join(place, "one/inside"), place]) {
      await expect(collect({ root })).rejects.toThrow(StaticRootRefused);
    }
    expect(await readFile(join(place, "home/thesis.txt"), "utf8")).toBe("years");
  });
});

describe("the URLs of static files", () => {
  it("carry the hash of what was collected, and names that were not have none", async () => {
    await write({ "one/a b.css": "a{}" });
    const { manifest } = await collect();
    const urls = new StaticUrls("https://cdn.example.com/assets", manifest);
    expect(urls.url("a b.css")).toMatch(/^https:\/\/cdn\.example\.com\/assets\/a%20b\.[0-9a-f]{12}\.css$/);
    expect(urls.path).toBe("/assets/");
    expect(() => urls.url("gone.css")).toThrow('no static file "gone.css"');
    expect(new StaticUrls("/static/").url("x/a b.css")).toBe("/static/x/a%20b.css");
  });
});
