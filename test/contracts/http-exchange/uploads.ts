import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createApplication, http, HttpConsumer, type UploadLimits } from "hotclub/consumers";
import { expect } from "vitest";

import { deferred } from "../../deferred.js";
import { expectAlive, type Harness, request } from "../protocol-server/harness.js";

export function describeUploads({ test, serve, cleanUp }: Harness): void {
  async function directory(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), "hotclub-test-"));
    cleanUp(() => rm(path, { recursive: true }));
    return path;
  }

  const big = new Uint8Array(3_000_000).map((_, index) => index % 251);

  test("files of a form lie on disk until they are moved, or their request has ended", async () => {
    const uploads = await directory();
    const kept = await directory();
    class Upload extends HttpConsumer {
      async post() {
        const form = await this.request.form();
        const scores = form.filesOf("score");
        await scores[0]?.moveTo(join(kept, scores[0].name));
        const facts = form.files.map(({ field, name, type, size }) => ({ field, name, type, size }));
        return this.json({ title: form.get("title"), facts, onDisk: (await readdir(uploads)).length });
      }
    }
    const { listening } = await serve(
      createApplication({ routes: [http("/", Upload)], uploads: { directory: uploads } }),
    );
    const body = new FormData();
    body.append("title", "Manoir de mes rêves");
    body.append("score", new Blob([big], { type: "application/pdf" }), "manoir.pdf");
    body.append("score", new Blob(["second"], { type: "text/plain" }), "zweite – Stimme.txt");
    body.append("empty", new Blob([]), "nothing.bin");
    const response = await fetch(listening.url, { method: "POST", body });
    expect(await response.json()).toEqual({
      title: "Manoir de mes rêves",
      facts: [
        { field: "score", name: "manoir.pdf", type: "application/pdf", size: big.length },
        { field: "score", name: "zweite – Stimme.txt", type: "text/plain", size: 6 },
        { field: "empty", name: "nothing.bin", type: "application/octet-stream", size: 0 },
      ],
      onDisk: 1,
    });
    expect(Buffer.compare(await readFile(join(kept, "manoir.pdf")), big)).toBe(0);
    await untilEmpty(uploads);
  });

  test("files go to a handler as they come, one after the other", async () => {
    const uploads = await directory();
    class Count extends HttpConsumer {
      async post() {
        const seen: unknown[] = [];
        let isBusy = false;
        await this.request.form({
          onFile: async (file) => {
            expect(isBusy).toBe(false);
            isBusy = true;
            let bytes = 0;
            for await (const piece of file.stream()) bytes += piece.length;
            seen.push([file.name, bytes]);
            isBusy = false;
          },
        });
        return this.json({ seen, onDisk: await readdir(uploads) });
      }
    }
    const { listening } = await serve(
      createApplication({ routes: [http("/", Count)], uploads: { directory: uploads } }),
    );
    const body = new FormData();
    for (const [index, size] of [5, 200_000, 0, 7, 1_000_000].entries()) {
      body.append("file", new Blob([big.subarray(0, size)]), `${index}.bin`);
    }
    const response = await fetch(listening.url, { method: "POST", body });
    expect(await response.json()).toEqual({
      seen: [
        ["0.bin", 5],
        ["1.bin", 200_000],
        ["2.bin", 0],
        ["3.bin", 7],
        ["4.bin", 1_000_000],
      ],
      onDisk: [],
    });
  });

  const limits: Partial<UploadLimits> = {
    maxFields: 3,
    maxFiles: 2,
    maxFileBytes: 100_000,
    maxTotalFileBytes: 150_000,
  };
  const sized = (size: number): Blob => new Blob([big.subarray(0, size)]);

  for (const [what, status, parts] of [
    ["a file over its limit", 413, [["f", sized(100_001)]]],
    [
      "files that together are over theirs",
      413,
      [
        ["f", sized(90_000)],
        ["f", sized(90_000)],
      ],
    ],
    [
      "too many files",
      400,
      [
        ["f", sized(1)],
        ["f", sized(1)],
        ["f", sized(1)],
      ],
    ],
    [
      "too many fields",
      400,
      [
        ["a", "1"],
        ["b", "2"],
        ["c", "3"],
        ["d", "4"],
      ],
    ],
    [
      "fields that are too long",
      413,
      [
        ["a", "x".repeat(600)],
        ["b", "x".repeat(600)],
      ],
    ],
    [
      "as much as may be",
      200,
      [
        ["a", "1"],
        ["b", "2"],
        ["c", "3"],
        ["f", sized(100_000)],
        ["f", sized(50_000)],
      ],
    ],
  ] as const) {
    test(`${what} in a form: ${status}`, async () => {
      const uploads = await directory();
      class Limited extends HttpConsumer {
        static override readonly uploads = limits;
        static override readonly maxBodyBytes = 1000;
        get() {
          return this.text("alive");
        }
        async post() {
          const form = await this.request.form();
          return this.json(form.files.length);
        }
      }
      const served = await serve(createApplication({ routes: [http("/", Limited)], uploads: { directory: uploads } }));
      const body = new FormData();
      for (const [name, value] of parts) {
        if (typeof value === "string") body.append(name, value);
        else body.append(name, value, "f.bin");
      }
      const response = await fetch(served.listening.url, { method: "POST", body });
      expect(response.status).toBe(status);
      await response.text();
      await untilEmpty(uploads);
      await expectAlive(served);
    });
  }

  test("an upload that is broken off leaves nothing behind", async () => {
    const uploads = await directory();
    const failed = deferred<string>();
    const begun = deferred<void>();
    class Upload extends HttpConsumer {
      async post() {
        begun.resolve();
        try {
          await this.request.form();
        } catch (error) {
          failed.resolve((error as Error).name);
          throw error;
        }
        return this.empty();
      }
    }
    const served = await serve(createApplication({ routes: [http("/", Upload)], uploads: { directory: uploads } }));
    const connection = await served.connect();
    connection.send(
      request("POST", "/", "Content-Type: multipart/form-data; boundary=swing", "Content-Length: 1000000"),
      '--swing\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n',
      big.subarray(0, 200_000),
    );
    await begun.promise;
    while ((await readdir(uploads)).length === 0) await turn();
    connection.destroy();
    expect(await failed.promise).toBe("ClientGone");
    await untilEmpty(uploads);
  });

  test("a form that ends too early is answered with 400", async () => {
    class Upload extends HttpConsumer {
      async post() {
        return this.json((await this.request.form()).files.length);
      }
    }
    const served = await serve(createApplication({ routes: [http("/", Upload)] }));
    const connection = await served.connect();
    const body = '--swing\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\nhalf';
    connection.send(
      request("POST", "/", "Content-Type: multipart/form-data; boundary=swing", `Content-Length: ${body.length}`),
      body,
    );
    expect((await connection.response()).status).toBe(400);
  });
}

/** The request is answered before its files are removed. */
async function untilEmpty(path: string): Promise<void> {
  while ((await readdir(path)).length > 0) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
