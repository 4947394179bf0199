import { defineProject, defineSettings, http, HttpConsumer } from "hotclub";
import { MemoryStorage, saveUpload, storages } from "hotclub/storage";
import { TestSite } from "hotclub/testing";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { scratch } from "../project/scratch.js";

class Upload extends HttpConsumer {
  async post() {
    const file = (await this.request.form()).file("photo");
    return this.text(file === undefined ? "" : await saveUpload(file, { image: true, uploadTo: "photos" }));
  }
}

class Page extends HttpConsumer {
  get() {
    return this.render("page.liquid", { photo: "photos/a b.png", none: "" });
  }
}

let site: TestSite;
const files: Readonly<Record<string, string>> = {
  "page.html": "<script>alert(1)</script>",
  "drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
  "script.js": "alert(1)",
  "unknown.xyzzy": "<script>alert(1)</script>",
  none: "<script>alert(1)</script>",
  "notes.txt": "0123456789<script>",
  "a.png": "x",
  "a.pdf": "%PDF",
  "song.mp3": "x",
};

beforeAll(async () => {
  const templates = await scratch({ "page.liquid": '<img src="{{ photo | media_url }}">[{{ none | media_url }}]' });
  const project = defineProject({
    name: "photos",
    templates,
    settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost" }),
    routes: [http("/upload/", Upload), http("/", Page)],
  });
  site = await TestSite.open(project, { mediaRoot: await scratch() });
  storages.set("default", new MemoryStorage());
  for (const [name, content] of Object.entries(files)) await storages.require().save(name, content);
  const page = await site.client().get("/");
  expect(page.text).toBe('<img src="/media/photos/a%20b.png">[]');
});
afterAll(() => site.close());

describe("uploaded files", () => {
  test("are shown where browsers run nothing of them, and are for saving otherwise", async () => {
    const client = site.client();
    const shown: string[] = [];
    for (const name of Object.keys(files)) {
      const answer = await client.get(`/media/${name}`);
      expect([name, answer.status]).toEqual([name, 200]);
      expect(answer.header("x-content-type-options")).toBe("nosniff");
      if (answer.header("content-disposition")?.startsWith("attachment") !== true) shown.push(name);
      if (name !== "a.pdf") expect(answer.header("content-security-policy")).toBe("default-src 'none'; sandbox");
    }
    expect(shown).toEqual(["notes.txt", "a.png", "a.pdf", "song.mp3"]);
    expect((await client.get("/media/drawing.svg")).header("content-disposition")).toBe(
      'attachment; filename="drawing.svg"',
    );
  });

  test("are sent in parts and by condition; what is none is not found, and nothing else can be done", async () => {
    const client = site.client();
    const part = await client.get("/media/notes.txt", { headers: { range: "bytes=2-4" } });
    expect([part.status, part.text]).toEqual([206, "234"]);
    const whole = await client.get("/media/notes.txt");
    const etag = whole.header("etag") ?? "";
    expect((await client.get("/media/notes.txt", { headers: { "if-none-match": etag } })).status).toBe(304);
    for (const path of ["", "nothing.png", "../package.json", "%2e%2e/package.json", "a%5Cb", ".env", "a%00.png"]) {
      expect([path, (await client.get(`/media/${path}`)).status]).toEqual([path, 404]);
    }
    expect((await client.delete("/media/notes.txt")).status).toBe(405);
  });

  test("come in by a form, checked", async () => {
    const client = site.client();
    const form = (content: Uint8Array<ArrayBuffer>) => ({
      photo: new File([content], "me.png", { type: "image/png" }),
    });
    const origin = { origin: "http://localhost" };
    const image = await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const good = await client.post("/upload/", { form: form(Uint8Array.from(image)), headers: origin });
    expect([good.status, good.text]).toEqual([200, "photos/me.png"]);
    const bad = await client.post("/upload/", {
      form: form(Uint8Array.from(Buffer.from("<script>"))),
      headers: origin,
    });
    expect(bad.status).toBe(400);
    expect((await client.get("/media/photos/me.png")).header("content-type")).toBe("image/png");
  });
});
