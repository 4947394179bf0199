import { createApplication, http, HttpConsumer, safeFileName, type UploadedFile } from "hotclub/consumers";
import { HotclubError } from "hotclub/core";
import { HttpCommunicator } from "hotclub/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { defaultUploadLimits } from "../../../src/consumers/request/body-limits.js";
import { MultipartReader } from "../../../src/consumers/request/multipart.js";
import { collect } from "../collect.js";

const urlEncoded = "application/x-www-form-urlencoded";

async function post(type: string, body: string | Uint8Array, read: (consumer: HttpConsumer) => Promise<unknown>) {
  class Forms extends HttpConsumer {
    static override readonly uploads = { maxFields: 5 };
    async post() {
      return this.json(await read(this));
    }
  }
  const application = createApplication({ routes: [http("/", Forms)] });
  return new HttpCommunicator(application, "POST", "/", { headers: { "content-type": type }, body }).response();
}

describe("a form", () => {
  it("has fields in their order, several of one name too", async () => {
    const response = await post(urlEncoded, "a=1&b=%C3%A9+x&a=2&=nameless&c", async ({ request }) => {
      const form = await request.form();
      return [form.get("a"), form.getAll("a"), form.get("b"), form.get("c"), form.has("d"), [...form].length];
    });
    expect(response.json()).toEqual(["1", ["1", "2"], "é x", "", false, 5]);
  });

  it("is checked by a schema as one object", async () => {
    const schema = z.object({ title: z.string(), tag: z.array(z.string()), year: z.coerce.number() });
    const read = ({ request }: HttpConsumer): Promise<unknown> => request.form(schema);
    expect((await post(urlEncoded, "title=Nuages&tag=a&tag=b&year=1940", read)).json()).toEqual({
      title: "Nuages",
      tag: ["a", "b"],
      year: 1940,
    });
    expect((await post(urlEncoded, "title=Nuages", read)).status).toBe(400);
  });

  it("is the same at every call", async () => {
    const response = await post(
      urlEncoded,
      "a=1",
      async ({ request }) => (await request.form()) === (await request.form()),
    );
    expect(response.json()).toBe(true);
  });

  it.each([
    [urlEncoded, "a=1&b=2&c=3&d=4&e=5&f=6", 400],
    [`${urlEncoded}; charset=iso-8859-1`, "a=1", 415],
    ["text/plain", "a=1", 415],
    ["multipart/form-data", "a=1", 400],
    ["multipart/form-data; boundary=", "a=1", 400],
    ["multipart/form-data; boundary=x", "a=1", 400],
    ["multipart/mixed; boundary=x", "--x--", 415],
    ["multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--\r\n", 400],
    [
      "multipart/form-data; boundary=x",
      '--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\nAA==\r\n--x--\r\n',
      415,
    ],
    ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n', 400],
  ])("of type %s that is %j is answered with %i", async (type, body, status) => {
    expect((await post(type, body, ({ request }) => request.form())).status).toBe(status);
  });

  it("takes a choice of files that was left empty for none", async () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="f"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n';
    const response = await post(
      "multipart/form-data; boundary=x",
      body,
      async ({ request }) => (await request.form()).files.length,
    );
    expect(response.json()).toBe(0);
  });

  it("cannot reach prototypes", async () => {
    const response = await post(urlEncoded, "__proto__=1&constructor=2", async ({ request }) => {
      const object = (await request.form()).toObject();
      return [Object.getPrototypeOf(object) === Object.prototype, Object.keys(object)];
    });
    expect(response.json()).toEqual([true, ["__proto__", "constructor"]]);
  });

  it("removes its files with the request, and says so", async () => {
    let file: UploadedFile | undefined;
    const body = '--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nswing\r\n--x--\r\n';
    const response = await post("multipart/form-data; boundary=x", body, async ({ request }) => {
      file = (await request.form()).file("f");
      return [await file?.text(), file?.size, file?.type];
    });
    expect(response.json()).toEqual(["swing", 5, "text/plain"]);
    expect(() => file?.path).toThrow("was removed when its request ended");
  });
});

describe("the name of an uploaded file", () => {
  it.each([
    ["score.pdf", "score.pdf"],
    ["/etc/passwd", "passwd"],
    ["C:\\Users\\django\\nuages.mp3", "nuages.mp3"],
    ["..", "file"],
    ["", "file"],
    ["a/", "file"],
    ["a\0b\nc.txt", "abc.txt"],
    ["evil\u202egpj.exe", "evilgpj.exe"],
    [" rêves .txt ", "rêves .txt"],
  ])("%j becomes %j", (given, expected) => {
    expect(safeFileName(given)).toBe(expected);
  });

  it("is always one name that file systems take", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), (given) => {
        const name = safeFileName(given);
        expect(name).not.toMatch(/[/\\\p{Cc}]/u);
        expect(["", ".", ".."]).not.toContain(name);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(safeFileName(name)).toBe(name);
      }),
    );
  });
});

type Part = { readonly name: string; readonly fileName?: string; readonly content: Uint8Array };

/** Reads a body that comes in these pieces. */
async function parse(pieces: readonly Uint8Array[], boundary: string) {
  const fields: [string, string][] = [];
  const files: [string, string, Buffer][] = [];
  const limits = { ...defaultUploadLimits, maxBodyBytes: 1_000_000 };
  const reader = new MultipartReader(`multipart/form-data; boundary="${boundary}"`, limits, {
    field: (name, value) => void fields.push([name, value]),
    file: async (file) => {
      files.push([file.field, file.name, Buffer.concat(await collect(file.stream()))]);
    },
  });
  async function* body() {
    yield* pieces;
  }
  await reader.read(body());
  return { fields, files };
}

function encode(parts: readonly Part[], boundary: string): Buffer {
  const quoted = (text: string): string => `"${text.replaceAll('"', "%22")}"`;
  const lines = parts.flatMap(({ name, fileName, content }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}`),
    Buffer.from(fileName === undefined ? "" : `; filename=${quoted(fileName)}`),
    Buffer.from("\r\n\r\n"),
    content,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...lines, Buffer.from(`--${boundary}--\r\n`)]);
}

function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (body.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...at].map((begin, index) => body.subarray(begin, at[index]));
}

const text = fc.string({ unit: fc.constantFrom("a", "é", "–", "🎸", " ", "=", "&", "%", ";"), maxLength: 30 });
const name = text.filter((one) => one !== "");
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  // What looks like the end of a part.
  fc
    .array(fc.constantFrom("\r\n", "--", "swing", "\r", "\n", "-", "\r\n--swin"), { maxLength: 20 })
    .map((all) => Buffer.from(all.join(""))),
);
const part = fc.oneof(
  fc.record({ name, content: text.map((value) => Buffer.from(value) as Uint8Array) }),
  fc.record({ name, fileName: fc.stringMatching(/^[a-zé]{1,20}\.txt$/), content }),
);

describe("the parts of a form", () => {
  it("are those that were sent, however the body is cut into pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 6 }),
        fc.array(fc.nat(100_000), { maxLength: 12 }),
        async (parts, places) => {
          const boundary = "----swing7f3b";
          const read = await parse(cut(encode(parts, boundary), places), boundary);
          const isFile = (one: Part): one is Required<Part> => one.fileName !== undefined;
          expect(read.fields).toEqual(
            parts.filter((one) => !isFile(one)).map((one) => [one.name, Buffer.from(one.content).toString()]),
          );
          expect(read.files).toEqual(
            parts.filter(isFile).map((one) => [one.name, one.fileName, Buffer.from(one.content)]),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it("that are broken anywhere are refused as the client's mistake, and never hang", async () => {
    const good = encode(
      [
        { name: "a", content: Buffer.from("1") },
        { name: "f", fileName: "f.txt", content: Buffer.from("swing") },
      ],
      "swing",
    );
    const change = fc.record({ at: fc.nat(good.length), with: fc.uint8Array({ maxLength: 8 }), drop: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(500), { maxLength: 4 }),
        async (changes, places) => {
          let body: Buffer = good;
          for (const { at, with: bytes, drop } of changes)
            body = Buffer.concat([body.subarray(0, at), bytes, body.subarray(at + drop)]);
          const failure = await parse(cut(body, places), "swing").then(
            () => undefined,
            (error: unknown) => error,
          );
          if (failure === undefined) return;
          expect(failure).toBeInstanceOf(HotclubError);
          expect((failure as HotclubError).status).toBeGreaterThanOrEqual(400);
          expect((failure as HotclubError).status).toBeLessThan(500);
        },
      ),
      { numRuns: 400 },
    );
  });
});
