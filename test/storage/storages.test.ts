import { mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  FileNameInvalid,
  LocalStorage,
  MemoryStorage,
  StorageFull,
  storages,
  StorageMissing,
  StoredFileMissing,
} from "hotclub/storage";
import { afterEach, describe, expect, test } from "vitest";

import { describeStorage } from "../contracts/storage.contract.js";
import { scratch } from "../project/scratch.js";

describeStorage({ name: "disk", open: async () => new LocalStorage({ root: join(await scratch(), "media") }) });
describeStorage({ name: "memory", open: async () => new MemoryStorage() });

describe("a local storage", () => {
  test("makes its directory with the first file, and leaves no drafts", async () => {
    const root = join(await scratch(), "media");
    const storage = new LocalStorage({ root, fileMode: 0o600 });
    expect(await storage.exists("a.txt")).toBe(false);
    await expect(stat(root)).rejects.toThrow("ENOENT");
    await storage.save("x/a.txt", "a");
    expect((await readdir(root)).sort()).toEqual(["x"]);
    expect((await stat(join(root, "x/a.txt"))).mode & 0o777).toBe(0o600);
  });

  test("follows no link out of its directory, to read, to write, to delete and to list", async () => {
    const outside = await scratch({ "secret.txt": "secret" });
    const root = join(await scratch(), "media");
    await mkdir(root);
    await symlink(outside, join(root, "out"));
    await symlink(join(outside, "secret.txt"), join(root, "secret.txt"));
    const storage = new LocalStorage({ root });
    await expect(storage.open("out/secret.txt")).rejects.toThrow(StoredFileMissing);
    await expect(storage.open("secret.txt")).rejects.toThrow(StoredFileMissing);
    await expect(storage.save("out/new.txt", "x")).rejects.toThrow(FileNameInvalid);
    await expect(storage.save("out/deep/new.txt", "x")).rejects.toThrow(FileNameInvalid);
    await expect(storage.delete("out/secret.txt")).rejects.toThrow(FileNameInvalid);
    await expect(storage.list("out")).rejects.toThrow(FileNameInvalid);
    expect(await storage.delete("secret.txt")).toBe(false);
    expect((await readdir(outside)).sort()).toEqual(["package.json", "secret.txt"]);
    // A link to the storage itself is the storage.
    const other = join(await scratch(), "link");
    await symlink(root, other);
    await writeFile(join(root, "a.txt"), "a");
    expect(await (await new LocalStorage({ root: other }).open("a.txt")).text()).toBe("a");
  });

  test("has a base address of its own", () => {
    const storage = new LocalStorage({ root: "media", baseUrl: "https://cdn.example.com/files" });
    expect(storage.url("a b.png")).toBe("https://cdn.example.com/files/a%20b.png");
  });
});

test("a storage in memory holds so much and no more", async () => {
  const storage = new MemoryStorage({ maxBytes: 10 });
  await storage.save("a", "12345");
  await expect(storage.save("b", "123456")).rejects.toThrow(StorageFull);
  await storage.save("a", "1234567890", { overwrite: true });
  expect(await storage.size("a")).toBe(10);
});

describe("the storages of a process", () => {
  afterEach(() => storages.closeAll());

  test("are found by their alias", () => {
    const storage = new MemoryStorage();
    expect(storages.set("default", storage)).toBeUndefined();
    expect(storages.require()).toBe(storage);
    expect(() => storages.require("backups")).toThrow(StorageMissing);
  });
});
