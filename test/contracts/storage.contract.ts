import fc from "fast-check";
import { FileNameInvalid, type Storage, StoredFileMissing } from "hotclub/storage";
import { describe, expect, test } from "vitest";

/** A storage to be tested, empty each time that it is opened. */
export interface StorageEngine {
  readonly name: string;
  open(): Promise<Storage>;
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** What every storage does. */
export function describeStorage({ name, open }: StorageEngine): void {
  describe(`a storage on ${name}`, () => {
    test("gives back what was stored, from bytes, text, pieces and files of storages", async () => {
      const storage = await open();
      expect(await storage.save("notes/a.txt", "minor swing")).toBe("notes/a.txt");
      expect(await storage.save("b.bin", Buffer.from([0, 255, 7]))).toBe("b.bin");
      expect(await storage.save("c.txt", pieces("nu", "ages"))).toBe("c.txt");
      expect(await storage.save("d.txt", await storage.open("notes/a.txt"))).toBe("d.txt");
      expect(await storage.save("empty", "")).toBe("empty");
      expect(await (await storage.open("notes/a.txt")).text()).toBe("minor swing");
      expect([...(await (await storage.open("b.bin")).bytes())]).toEqual([0, 255, 7]);
      expect(await (await storage.open("c.txt")).text()).toBe("nuages");
      expect(await (await storage.open("d.txt")).text()).toBe("minor swing");
      expect(await (await storage.open("empty")).text()).toBe("");
      expect(await storage.size("notes/a.txt")).toBe(11);
    });

    test("gives a part of a file, with what a response says of it", async () => {
      const storage = await open();
      await storage.save("a.txt", "0123456789");
      const content = await storage.open("a.txt");
      const read: Uint8Array[] = [];
      for await (const piece of content.read(2, 5)) read.push(piece);
      await content.close();
      expect(Buffer.concat(read).toString()).toBe("2345");
      expect(content).toMatchObject({ name: "a.txt", size: 10, type: "text/plain; charset=utf-8" });
      expect(content.lastModified).toBeInstanceOf(Date);
      expect(content.etag).toMatch(/^(?:W\/)?".+"$/);
    });

    test("gives a name that is taken to nobody else, unless it is to be replaced", async () => {
      const storage = await open();
      const names = await Promise.all(["1", "2", "3", "4"].map((text) => storage.save("cats/tom.tar.gz", text)));
      expect(new Set(names).size).toBe(4);
      expect(names).toContain("cats/tom.tar.gz");
      for (const one of names) expect(one).toMatch(/^cats\/tom(?:_[a-z0-9]{7})?\.tar\.gz$/);
      expect(await storage.getAvailableName("cats/tom.tar.gz")).toMatch(/^cats\/tom_[a-z0-9]{7}\.tar\.gz$/);
      expect(await storage.save("cats/tom.tar.gz", "new", { overwrite: true })).toBe("cats/tom.tar.gz");
      expect(await (await storage.open("cats/tom.tar.gz")).text()).toBe("new");
      expect((await storage.list("cats")).files).toHaveLength(4);
    });

    test("cuts the stem of a name that is too long, and refuses where none would be left", async () => {
      const storage = await open();
      const long = `${"a".repeat(200)}.png`;
      expect(await storage.save(`x/${long}`, "1", { maxLength: 20 })).toBe(`x/${"a".repeat(14)}.png`);
      expect(await storage.save(`x/${long}`, "2", { maxLength: 20 })).toMatch(/^x\/a{6}_[a-z0-9]{7}\.png$/);
      await expect(storage.save(`${"d".repeat(30)}/a.png`, "1", { maxLength: 20 })).rejects.toThrow(FileNameInvalid);
      expect((await storage.save(`${"é".repeat(300)}.png`, "1", { maxLength: 1000 })).length).toBeGreaterThan(100);
    });

    test("says what is there, and what is not", async () => {
      const storage = await open();
      const before = Date.now();
      await storage.save("rooms/1/a.txt", "a");
      await storage.save("rooms/b.txt", "b");
      expect(await storage.exists("rooms/b.txt")).toBe(true);
      expect(await storage.exists("rooms/1")).toBe(false);
      expect(await storage.exists("rooms/b.txt/c")).toBe(false);
      expect(await storage.list()).toEqual({ directories: ["rooms"], files: [] });
      expect(await storage.list("rooms")).toEqual({ directories: ["1"], files: ["b.txt"] });
      expect(await storage.list("rooms/1/")).toEqual({ directories: [], files: ["a.txt"] });
      expect(await storage.list("nowhere")).toEqual({ directories: [], files: [] });
      for (const time of [storage.modifiedAt, storage.createdAt, storage.accessedAt]) {
        // File systems count in steps of their own.
        expect((await time.call(storage, "rooms/b.txt")).getTime()).toBeGreaterThan(before - 5000);
      }
      expect(await storage.delete("rooms/b.txt")).toBe(true);
      expect(await storage.delete("rooms/b.txt")).toBe(false);
      expect(await storage.exists("rooms/b.txt")).toBe(false);
      await expect(storage.open("rooms/b.txt")).rejects.toThrow(StoredFileMissing);
      await expect(storage.size("rooms/b.txt")).rejects.toThrow(StoredFileMissing);
      await expect(storage.open("rooms")).rejects.toThrow(StoredFileMissing);
    });

    test("refuses names that lead elsewhere, for every thing that can be done", async () => {
      const storage = await open();
      const names = [
        "",
        "/etc/passwd",
        "../secret",
        "a/../../secret",
        "a/./b",
        "a//b",
        "a/",
        ".env",
        "a/.htaccess",
        "a\\b",
        "..\\secret",
        "a\0.png",
        "a\n.png",
        "a\u202Egnp.exe",
        "nul.",
        "a ",
        `${"x".repeat(300)}/a`,
      ];
      for (const bad of names) {
        await expect(storage.open(bad)).rejects.toThrow(FileNameInvalid);
        await expect(storage.delete(bad)).rejects.toThrow(FileNameInvalid);
        await expect(storage.exists(bad)).rejects.toThrow(FileNameInvalid);
        await expect(storage.save(bad, "x")).rejects.toThrow(FileNameInvalid);
        expect(() => storage.url(bad)).toThrow(FileNameInvalid);
      }
      await expect(storage.list("../")).rejects.toThrow(FileNameInvalid);
    });

    test("never stores anything outside of it, whatever the name", async () => {
      const storage = await open();
      const step = fc.constantFrom("a", "..", ".", "", "b c", "é", "%2e%2e", "~", "con", "…", "\u0000", "a\\..\\b");
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
          const wanted = steps.join("/");
          try {
            const given = await storage.save(wanted, "x");
            expect(given.split("/").every((one) => one !== "" && !one.startsWith("."))).toBe(true);
            expect(await storage.exists(given)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(FileNameInvalid);
          }
        }),
        { numRuns: 60 },
      );
    });

    test("takes a name in either form of Unicode for the same, and writes it into addresses as they want it", async () => {
      const storage = await open();
      const name = await storage.save("bo\u0302te/un été?.png", "x");
      expect(name).toBe("bôte/un été?.png");
      expect(await storage.exists("bo\u0302te/un e\u0301te\u0301?.png")).toBe(true);
      expect(storage.url(name)).toBe("/media/b%C3%B4te/un%20%C3%A9t%C3%A9%3F.png");
    });

    test("stores nothing of a source that fails halfway", async () => {
      const storage = await open();
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("half");
        throw new Error("the line was cut");
      }
      await expect(storage.save("a.txt", failing())).rejects.toThrow("the line was cut");
      expect(await storage.list()).toEqual({ directories: [], files: [] });
    });

    test("refuses a file where a directory is, and a directory where a file is", async () => {
      const storage = await open();
      await storage.save("a", "file");
      await expect(storage.save("a/b", "x")).rejects.toThrow(FileNameInvalid);
      await storage.save("d/e", "x");
      expect(await storage.save("d", "y")).toMatch(/^d_/);
    });
  });
}
