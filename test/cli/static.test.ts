import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const processes: HotclubProcess[] = [];
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.kill("SIGKILL")));
});

const files = {
  "project.js": `
    import { defineApp, defineProject, defineSettings, http, HttpConsumer, staticUrl } from ${JSON.stringify(builtIndex)};
    class Page extends HttpConsumer {
      get() { return this.render("page.liquid", { code: staticUrl("site.css") }); }
    }
    const shop = defineApp({ name: "shop", staticFiles: new URL("./shop/static/", import.meta.url) });
    export default defineProject({
      name: "site",
      settings: defineSettings(),
      routes: [http("/", Page)],
      templates: new URL("./templates/", import.meta.url),
      staticFiles: new URL("./static/", import.meta.url),
      apps: [shop],
    });
  `,
  "templates/page.liquid": '{% static "site.css" %} {{ code }}',
  "static/site.css": "body { background: url(shop/logo.svg) }",
  "shop/static/site.css": "the one that the project replaces",
  "shop/static/shop/logo.svg": `<svg>${"<g/>".repeat(200)}</svg>`,
};

function hotclub(directory: string, args: readonly string[], environment: Record<string, string> = {}): HotclubProcess {
  const process = new HotclubProcess(args, { directory, environment });
  processes.push(process);
  return process;
}

describe("hotclub collectstatic", () => {
  it("collects what the next start serves, under names that never expire", async () => {
    const directory = await scratch(files);
    const collecting = hotclub(directory, ["collectstatic"]);
    expect(await collecting.exited).toBe(0);
    expect(collecting.lines.at(-1)).toMatch(/^\d+ static files in staticfiles: \d+ written, 0 unchanged/);

    const serving = hotclub(directory, ["serve", "--port", "0"]);
    const url = await serving.url();
    const [inTemplate = "", inCode] = (await (await fetch(url)).text()).trim().split(" ");
    expect(inTemplate).toMatch(/^\/static\/site\.[0-9a-f]{12}\.css$/);
    expect(inCode).toBe(inTemplate);
    const style = await fetch(url + inTemplate);
    expect(style.headers.get("cache-control")).toContain("immutable");
    const logo = /url\((.*)\)/.exec(await style.text())?.[1] ?? "";
    expect(logo).toMatch(/^shop\/logo\.[0-9a-f]{12}\.svg$/);
    const picture = await fetch(`${url}/static/${logo}`, { headers: { "accept-encoding": "br" } });
    expect([picture.headers.get("content-encoding"), await picture.text()]).toEqual([
      "br",
      files["shop/static/shop/logo.svg"],
    ]);
    expect((await fetch(`${url}/static/hotclub/client/index.js`)).status).toBe(200);
  });

  it("is not needed while somebody works on the project", async () => {
    const directory = await scratch(files);
    const serving = hotclub(directory, ["serve", "--port", "0"], { DEBUG: "1" });
    const url = await serving.url();
    expect((await (await fetch(url)).text()).trim()).toBe("/static/site.css /static/site.css");
    expect(await (await fetch(`${url}/static/site.css`)).text()).toContain("logo.svg");
    await writeFile(join(directory, "static/site.css"), "body {}");
    expect(await (await fetch(`${url}/static/site.css`)).text()).toBe("body {}");
  });

  it("says what is wrong with a stylesheet, and writes nothing", async () => {
    const directory = await scratch({ ...files, "static/site.css": "a {}\nb { background: url(gone.png) }" });
    const collecting = hotclub(directory, ["collectstatic"]);
    expect(await collecting.exited).toBe(1);
    expect(collecting.lines.join("\n")).toContain('site.css, line 2, refers to "gone.png"');
    await expect(readFile(join(directory, "staticfiles/staticfiles.json"))).rejects.toThrow("ENOENT");
  });
});

describe("hotclub findstatic", () => {
  it("prints all files of a name, the one that counts first", async () => {
    const directory = await scratch(files);
    const finding = hotclub(directory, ["findstatic", "site.css"]);
    expect(await finding.exited).toBe(0);
    expect(finding.lines).toEqual([join(directory, "static/site.css"), join(directory, "shop/static/site.css")]);
    const nothing = hotclub(directory, ["findstatic", "gone.css"]);
    expect(await nothing.exited).toBe(1);
    expect(nothing.lines[0]).toContain("gone.css");
  });
});
