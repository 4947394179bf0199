import * as fc from "fast-check";
import type { HttpResponse } from "uWebSockets.js";
import { describe, expect, it } from "vitest";

import type { HeaderLine } from "hotclub/core";

import { checkHeaders } from "../../src/protocol/response-headers.js";
import { writeHeaders } from "../../src/protocol/uws/write-headers.js";

/** Headers as uWebSockets.js puts them on the wire, and in how many calls it was given them. */
function written(headers: readonly HeaderLine[]) {
  let text = "";
  let calls = 0;
  const response = {
    writeHeader(name: string | ArrayBuffer, value: string | ArrayBuffer) {
      text += `${textOf(name)}: ${textOf(value)}\r\n`;
      calls += 1;
    },
  };
  checkHeaders(headers);
  writeHeaders(response as unknown as HttpResponse, headers);
  return { text, calls };
}

function textOf(given: string | ArrayBuffer): string {
  return typeof given === "string" ? given : Buffer.from(given).toString("latin1");
}

describe("the headers of a response on uWebSockets.js", () => {
  it("stand on the wire as they were given, whatever came before", () => {
    const line = fc.tuple(
      fc.constantFrom("content-type", "etag", "Vary", "x-frame-options", "set-cookie"),
      fc.constantFrom("a", "b", "", "text/html; charset=utf-8"),
    );
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 6 }), { minLength: 10, maxLength: 60 }), (responses) => {
        for (const headers of responses)
          expect(written(headers).text).toBe(headers.map(([name, value]) => `${name}: ${value}\r\n`).join(""));
      }),
    );
  });

  it("go in few calls when most are the same each time", () => {
    const head = (id: number): HeaderLine[] => [
      ["content-type", "text/plain"],
      ["x-content-type-options", "nosniff"],
      ["referrer-policy", "same-origin"],
      ["x-number", String(id)],
    ];
    for (let id = 0; id < 3; id++) written(head(id));
    expect(written(head(3)).calls).toBe(2);
  });

  it("are right when there are more kinds of them than are kept in mind", () => {
    for (let id = 0; id < 2000; id++) {
      const headers: HeaderLine[] = [
        ["content-type", "text/plain"],
        ["x-many", String(id)],
      ];
      const expected = `content-type: text/plain\r\nx-many: ${id}\r\n`;
      for (let times = 0; times < 3; times++) expect(written(headers).text).toBe(expected);
    }
  });

  it("leave out what is the server's, and are refused with a line break at any time", () => {
    for (let times = 0; times < 3; times++) {
      expect(
        written([
          ["Date", "now"],
          ["x-a", "1"],
          ["content-length", "5"],
          ["x-b", "2"],
        ]).text,
      ).toBe("x-a: 1\r\nx-b: 2\r\n");
      expect(() =>
        written([
          ["x-a", "1"],
          ["x-b", "2\r\nx-c: 3"],
        ]),
      ).toThrow(/x-b/);
    }
  });
});
