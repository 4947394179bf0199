import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { createApplication, http, HttpConsumer } from "hotclub/consumers";
import { expect } from "vitest";

import type { Harness } from "../protocol-server/harness.js";

const run = promisify(execFile);
const curl = async (...args: string[]): Promise<string> => (await run("curl", ["-sS", "-m", "15", ...args])).stdout;

const score = Buffer.from(Uint8Array.from({ length: 2_000_000 }, (_, index) => index % 249));

export function describeOtherClients({ test, serve, cleanUp }: Harness): void {
  async function site() {
    const directory = await mkdtemp(join(tmpdir(), "hotclub-test-"));
    cleanUp(() => rm(directory, { recursive: true }));
    const path = join(directory, "score.pdf");
    await writeFile(path, score);
    class Scores extends HttpConsumer {
      get() {
        return this.file(path);
      }
      async post() {
        const form = await this.request.form();
        const facts = await Promise.all(
          form.files.map(async (file) => [file.name, file.size, (await file.bytes()).at(-1)]),
        );
        return this.json({ title: form.get("title"), facts });
      }
    }
    const { listening } = await serve(createApplication({ routes: [http("/", Scores)] }));
    return { url: `${listening.url}/`, path, copy: join(directory, "copy.pdf") };
  }

  test("curl fetches a file, goes on where it stopped, and does not fetch it again", async () => {
    const { url, copy } = await site();
    const etags = `${copy}.etag`;
    await curl("-o", copy, "--etag-save", etags, url);
    expect((await readFile(copy)).equals(score)).toBe(true);
    await truncate(copy, 1_234_567);
    await curl("-C", "-", "-o", copy, url);
    expect((await readFile(copy)).equals(score)).toBe(true);
    expect(await curl("-o", copy, "-w", "%{http_code}", "--etag-compare", etags, url)).toBe("304");
    expect(await curl("-r", "0-2", "-w", "%{http_code}", "-o", copy, url)).toBe("206");
    expect([...(await readFile(copy))]).toEqual([0, 1, 2]);
  });

  test("curl sends a form with files, also when it waits for leave", async () => {
    const { url, path } = await site();
    const form = [
      "-F",
      "title=Manoir de mes rêves",
      "-F",
      `a=@${path};type=application/pdf`,
      "-F",
      `b=@${path};filename=é.pdf`,
    ];
    const expected = {
      title: "Manoir de mes rêves",
      facts: [
        ["score.pdf", 2_000_000, score.at(-1)],
        ["é.pdf", 2_000_000, score.at(-1)],
      ],
    };
    expect(JSON.parse(await curl(...form, url))).toEqual(expected);
    expect(JSON.parse(await curl("-H", "Expect: 100-continue", ...form, url))).toEqual(expected);
  });
}
