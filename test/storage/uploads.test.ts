import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { UploadedFile } from "hotclub/consumers";
import {
  checkUpload,
  type UploadProblem,
  LocalStorage,
  MemoryStorage,
  resizeImage,
  saveUpload,
  storedFile,
  storages,
  UploadRefused,
  type UploadRules,
  uploadName,
  validFileName,
} from "hotclub/storage";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { scratch } from "../project/scratch.js";

async function upload(name: string, content: string | Uint8Array): Promise<UploadedFile> {
  const path = join(await scratch(), "1");
  await writeFile(path, content);
  return new UploadedFile({ field: "file", name, type: "application/x-lie" }, path, (await stat(path)).size);
}

const picture = (format: "png" | "jpeg" | "gif" | "webp" | "avif", width = 30, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: "#d22" } })
    .toFormat(format)
    .toBuffer();

async function problemOf(
  name: string,
  content: string | Uint8Array,
  rules: UploadRules,
): Promise<UploadProblem | "none"> {
  try {
    await checkUpload(await upload(name, content), rules);
    return "none";
  } catch (thrown) {
    if (thrown instanceof UploadRefused) return thrown.params.problem;
    throw thrown;
  }
}

const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const page = "<!doctype html><script>alert(1)</script>";

describe("an upload", () => {
  test("is refused when it is empty, too large, or of an ending that is not taken", async () => {
    expect(await problemOf("a.txt", "", {})).toBe("empty");
    expect(await problemOf("a.txt", "", { allowEmpty: true })).toBe("none");
    expect(await problemOf("a.txt", "12345", { maxBytes: 4 })).toBe("tooLarge");
    expect(await problemOf("a.txt", "1234", { maxBytes: 4 })).toBe("none");
    expect(await problemOf("a.exe", "1234", { extensions: ["txt", "pdf"] })).toBe("extension");
    expect(await problemOf("A.TXT", "1234", { extensions: ["txt", "pdf"] })).toBe("none");
    expect(await problemOf("photo.jpeg", await picture("jpeg"), { extensions: ["jpg"] })).toBe("none");
  });

  test("must be what its name says, whatever the client says", async () => {
    expect(await problemOf("a.png", await picture("jpeg"), {})).toBe("contradiction");
    expect(await problemOf("a.png", page, {})).toBe("contradiction");
    expect(await problemOf("a.gif", svg, {})).toBe("contradiction");
    expect(await problemOf("a.txt", await picture("png"), {})).toBe("contradiction");
    expect(await problemOf("a.pdf", "no pdf at all", {})).toBe("contradiction");
    expect(await problemOf("a.pdf", "%PDF-1.7\n", {})).toBe("none");
    expect(await problemOf("a.gz", gzipSync("a"), {})).toBe("none");
    expect(await problemOf("a.tar.gz", gzipSync("a"), {})).toBe("none");
    expect(await problemOf("notes.md", "# Nuages", {})).toBe("none");
    expect(await problemOf("script.ts", "const a = 1;", {})).toBe("none");
  });

  test("is of a type that the rules take", async () => {
    expect(await problemOf("a.png", await picture("png"), { types: ["image/*"] })).toBe("none");
    expect(await problemOf("a.pdf", "%PDF-1.7\n", { types: ["image/*", "text/plain"] })).toBe("type");
    const { type } = await checkUpload(await upload("a.md", "# a"), {});
    expect(type).toBe("text/markdown");
  });
});

describe("an uploaded image", () => {
  test("is read as a whole, and its size is told as it is shown", async () => {
    for (const format of ["png", "jpeg", "gif", "webp", "avif"] as const) {
      const { image, type } = await checkUpload(await upload(`a.${format}`, await picture(format)), { image: true });
      expect([format, image, type]).toEqual([format, { width: 30, height: 20 }, `image/${format}`]);
    }
    const turned = await sharp(await picture("jpeg"))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await checkUpload(await upload("a.jpg", turned), { image: true })).image).toEqual({
      width: 20,
      height: 30,
    });
  });

  test("is no script, no drawing that may hold one, no damaged file and nothing that unpacks to very much", async () => {
    const image = true;
    expect(await problemOf("a.svg", svg, { image })).toBe("extension");
    expect(await problemOf("a.png", svg, { image })).toBe("contradiction");
    expect(await problemOf("a.html", page, { image })).toBe("extension");
    const whole = await picture("png", 300, 300);
    expect(await problemOf("a.png", whole.subarray(0, 60), { image })).toBe("damagedImage");
    expect(await problemOf("a.png", whole.subarray(0, whole.length - 30), { image })).toBe("damagedImage");
    // The beginning of an image, with a script behind it.
    expect(await problemOf("a.gif", `GIF89a/*${page}*/`, { image })).toBe("damagedImage");
    expect(await problemOf("a.png", whole, { image: { maxPixels: 1000 } })).toBe("tooManyPixels");
  });

  test("can be made smaller, without what its camera wrote", async () => {
    const withPlace = await sharp(await picture("jpeg", 300, 200))
      .withExif({ IFD0: { Copyright: "Django" } })
      .toBuffer();
    const small = await resizeImage(withPlace, { width: 64, height: 64 });
    const facts = await sharp(small).metadata();
    expect(facts).toMatchObject({ width: 64, height: 64, format: "webp" });
    expect(facts.exif).toBeUndefined();
    const inside = await sharp(await resizeImage(withPlace, { width: 90, fit: "inside", format: "png" })).metadata();
    expect(inside).toMatchObject({ width: 90, height: 60, format: "png" });
    await expect(resizeImage(Buffer.from(page), { width: 9 })).rejects.toThrow(UploadRefused);
  });
});

describe("the name of an upload", () => {
  test("is a plain one in the folder that the field says", () => {
    const now = new Date("2026-03-07T23:00:00Z");
    expect(uploadName("My photo (1).PNG", { uploadTo: "avatars/%Y/%m/%d/", now })).toBe(
      "avatars/2026/03/07/My_photo_1.PNG",
    );
    expect(uploadName("../../etc/passwd", {})).toBe("passwd");
    expect(uploadName("C:\\docs\\été.txt", {})).toBe("été.txt");
    expect(uploadName("..", {})).toBe("file");
    expect(uploadName(".htaccess", { uploadTo: "x" })).toBe("x/htaccess");
    expect(
      uploadName("a.txt", { uploadTo: (one: { id: number }, name) => `${one.id}/${name}`, instance: { id: 7 } }),
    ).toBe("7/a.txt");
    expect(validFileName("<img src=x onerror=alert(1)>.png")).toBe("img_srcx_onerroralert1.png");
    expect(Buffer.byteLength(validFileName("é".repeat(400)))).toBeLessThan(256);
  });
});

describe("what is saved", () => {
  beforeEach(() => void storages.set("default", new MemoryStorage()));
  afterEach(() => storages.closeAll());

  test("is found by the name that the model keeps", async () => {
    const name = await saveUpload(await upload("Django R.png", await picture("png")), {
      uploadTo: "avatars",
      image: true,
    });
    expect(name).toBe("avatars/Django_R.png");
    const file = storedFile(name);
    expect(file?.url).toBe("/media/avatars/Django_R.png");
    expect(file?.baseName).toBe("Django_R.png");
    expect(await file?.size).toBeGreaterThan(50);
    expect(await file?.exists()).toBe(true);
    expect(await file?.delete()).toBe(true);
    expect(storedFile("")).toBeUndefined();
    expect(storedFile(null)).toBeUndefined();
    const refused = saveUpload(await upload("a.png", page), { image: true });
    await expect(refused).rejects.toThrow('The file "a.png" is not what the ending of its name says.');
    expect((await storages.require().list()).files).toEqual([]);
  });

  test("leaves the upload as it is", async () => {
    const storage = new LocalStorage({ root: join(await scratch(), "media") });
    const sent = await upload("a.txt", "swing");
    expect(await saveUpload(sent, { storage })).toBe("a.txt");
    expect(await saveUpload(sent, { storage })).toMatch(/^a_.{7}\.txt$/);
    expect(await readFile(sent.path, "utf8")).toBe("swing");
    expect(await (await storage.open("a.txt")).text()).toBe("swing");
  });
});
