import { encodeEvent, entityTag, entityTagOf, isLocalUrl, redirect, type ServerSentEvent } from "hotclub/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { selectRanges } from "../../../src/consumers/response/byte-ranges.js";
import { attachment } from "../../../src/consumers/response/content-disposition.js";
import { parseEntityTags } from "../../../src/consumers/response/entity-tag.js";
import { formatHttpDate, parseHttpDate } from "../../../src/consumers/response/http-date.js";

describe("the ranges that a client asks for", () => {
  it.each([
    ["bytes=0-0", 10, [[0, 0]]],
    ["bytes=2-", 10, [[2, 9]]],
    ["bytes=-3", 10, [[7, 9]]],
    ["bytes=-30", 10, [[0, 9]]],
    ["bytes=5-100", 10, [[5, 9]]],
    ["Bytes= 0-1 , 5-6", 1000, [[0, 6]]],
    [
      "bytes=0-9,500-509",
      1000,
      [
        [0, 9],
        [500, 509],
      ],
    ],
    [
      "bytes=500-509,0-9",
      1000,
      [
        [500, 509],
        [0, 9],
      ],
    ],
    ["bytes=0-9,2000-", 1000, [[0, 9]]],
    ["bytes=10-", 10, []],
    ["bytes=-0", 10, []],
    ["bytes=0-", 0, []],
    ["bytes=1-0", 10, undefined],
    ["bytes=-", 10, undefined],
    ["bytes=0-1;2-3", 10, undefined],
    ["bytes=0x0-1", 10, undefined],
    ["items=0-1", 10, undefined],
    ["", 10, undefined],
  ] as const)("%j of %i bytes", (header, size, expected) => {
    expect(selectRanges(header, size)?.map(({ first, last }) => [first, last])).toEqual(expected);
  });

  it("are within the body, apart from each other, and hold every byte that was asked for", () => {
    const range = fc.tuple(fc.nat(3000), fc.nat(300)).map(([first, more]) => [first, first + more] as const);
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 16 }),
        fc.integer({ min: 1, max: 3000 }),
        (asked, size) => {
          const selected = selectRanges(`bytes=${asked.map((one) => one.join("-")).join(",")}`, size) ?? [];
          for (const { first, last } of selected) expect(first <= last && last < size).toBe(true);
          const sorted = selected.toSorted((a, b) => a.first - b.first);
          for (const [index, { first }] of sorted.entries()) {
            if (index > 0) expect(first).toBeGreaterThan((sorted[index - 1]?.last ?? 0) + 80);
          }
          for (const [first, last] of asked) {
            for (const byte of [first, last].filter((one) => one < size)) {
              expect(selected.some((one) => one.first <= byte && byte <= one.last)).toBe(true);
            }
          }
        },
      ),
    );
  });

  it("never fail, whatever the header", () => {
    const header = fc.stringMatching(/^[bytes=\d, x-]{0,60}$/);
    fc.assert(
      fc.property(header, fc.nat(1000), (given, size) => {
        for (const { first, last } of selectRanges(given, size) ?? [])
          expect(0 <= first && first <= last && last < size).toBe(true);
      }),
    );
  });
});

describe("entity tags", () => {
  it.each([
    ['"a"', ['"a"']],
    ['"a", W/"b" ,"c,d"', ['"a"', 'W/"b"', '"c,d"']],
    ["*", "*"],
    ["a", []],
    ['"a', []],
    ['"a" "b"', []],
    ["", []],
  ])("%j", (header, expected) => expect(parseEntityTags(header)).toEqual(expected));

  it("of any text can be read again, and tell texts apart", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), fc.boolean(), (one, other, isWeak) => {
        const tags = [entityTag(one, { isWeak }), entityTag(other)];
        expect(tags.join("")).toMatch(/^[\x21-\x7e]+$/);
        expect(parseEntityTags(tags.join(", "))).toEqual(tags);
        if (Buffer.from(one).equals(Buffer.from(other)) || one.startsWith('"') || one.startsWith("W/")) return;
        expect(entityTag(one)).not.toBe(tags[1]);
      }),
    );
  });

  it("of bodies are the same for the same bytes", () => {
    expect(entityTagOf("rêves")).toBe(entityTagOf(Buffer.from("rêves")));
    expect(entityTagOf("rêves")).not.toBe(entityTagOf("reves"));
    expect(parseEntityTags(entityTagOf(""))).toEqual([entityTagOf("")]);
  });
});

describe("HTTP dates", () => {
  it.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
    ["Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
    ["Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37.000Z"],
    ["Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59.000Z"],
  ])("%s", (text, expected) => expect(new Date(parseHttpDate(text) ?? Number.NaN).toISOString()).toBe(expected));

  it.each([
    "",
    "1994-11-06",
    "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 GMT; x",
  ])("%j is none", (text) => expect(parseHttpDate(text)).toBeUndefined());

  it("that are written can be read", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        (date) => {
          expect(parseHttpDate(formatHttpDate(date))).toBe(Math.floor(date.getTime() / 1000) * 1000);
        },
      ),
    );
  });
});

describe("the name that a client saves a body under", () => {
  it.each([
    ["score.pdf", 'attachment; filename="score.pdf"'],
    [
      "Manoir de mes rêves.pdf",
      "attachment; filename=\"Manoir de mes r_ves.pdf\"; filename*=UTF-8''Manoir%20de%20mes%20r%C3%AAves.pdf",
    ],
    ['a"b\\c/d', "attachment; filename=\"a_b_c_d\"; filename*=UTF-8''a%22b%5Cc%2Fd"],
    ["100%.txt", "attachment; filename=\"100%.txt\"; filename*=UTF-8''100%25.txt"],
    ["a\r\nset-cookie: x=1", 'attachment; filename="aset-cookie: x=1"'],
    ["", "attachment"],
  ])("%j", (name, expected) => expect(attachment(name)).toBe(expected));

  it("is a header's value whatever the name, and can be read again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (name) => {
        const value = attachment(name);
        expect(value).toMatch(/^[\x20-\x7e]*$/);
        const match = /^attachment(?:; filename="([^"\\]*)")?(?:; filename\*=UTF-8''([\w.!~%$&+^`|-]*))?$/.exec(value);
        expect(match).not.toBeNull();
        const clean = Buffer.from(name)
          .toString()
          .replaceAll(/\p{Cc}/gu, "");
        expect(match?.[2] === undefined ? (match?.[1] ?? "") : decodeURIComponent(match[2])).toBe(clean);
      }),
    );
  });
});

describe("a server-sent event", () => {
  it.each([
    [{ data: "a" }, "data: a\n\n"],
    [{ data: "a\nb\r\nc\rd" }, "data: a\ndata: b\ndata: c\ndata: d\n\n"],
    [{ data: { a: 1 } }, 'data: {"a":1}\n\n'],
    [{ data: "" }, "data: \n\n"],
    [{ event: "ping" }, "event: ping\ndata: \n\n"],
    [{ event: "m", id: "7", retry: 10, data: 1 }, "event: m\nid: 7\nretry: 10\ndata: 1\n\n"],
    [{ retry: 0 }, "retry: 0\n\n"],
  ])("%j", (event, expected) => expect(encodeEvent(event)).toBe(expected));

  it.each([
    { event: "a\nb" },
    { id: "a\0" },
    { id: "a\r" },
    { retry: -1 },
    { retry: 1.5 },
    { data: () => {} },
    { data: Symbol("a") },
  ])("refuses %o", (event) =>
    expect(() => encodeEvent(event as ServerSentEvent)).toThrow(
      expect.objectContaining({ code: "CONSUMERS_EVENT_INVALID" }),
    ),
  );

  it("arrives as it was sent, and as one", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", ":", " ", "🎸") }).filter((text) => text !== "");
    const data = fc.string({ unit: fc.constantFrom("a", "é", ":", " ", "\n", "\r") });
    fc.assert(
      fc.property(fc.option(line, { nil: undefined }), data, (event, text) => {
        const sent = encodeEvent({ event, data: text });
        expect(sent.indexOf("\n\n")).toBe(sent.length - 2);
        const lines = sent.slice(0, -2).split("\n");
        const read = lines.filter((one) => one.startsWith("data:")).map((one) => one.slice(6));
        expect(read.join("\n")).toBe(text.replaceAll(/\r\n|\r/g, "\n"));
        expect(lines.find((one) => one.startsWith("event:"))?.slice(7)).toBe(event);
      }),
    );
  });
});

describe("a redirect", () => {
  it.each([
    ["/next/?a=1#b", "/next/?a=1#b"],
    ["/rêves/", "/r%C3%AAves/"],
    ["/a b\r\nset-cookie: x", "/a%20b%0D%0Aset-cookie:%20x"],
    ["https://example.com/%20", "https://example.com/%20"],
    ["", ""],
  ])("to %j", (location, expected) => expect(redirect(location).header("location")).toBe(expected));

  it.each(["javascript:alert(1)", "data:text/html,x", "JavaScript:x", `/${"x".repeat(2048)}`])(
    "to %.20j is refused",
    (location) =>
      expect(() => redirect(location)).toThrow(expect.objectContaining({ code: "CONSUMERS_REDIRECT_REFUSED" })),
  );

  it("has the status of one", () => {
    expect([redirect("/").status, redirect("/", { status: 308 }).status]).toEqual([302, 308]);
    expect(() => redirect("/", { status: 200 })).toThrow("no status of a redirect");
  });
});

describe("a URL that came from a client", () => {
  const options = { allowedHosts: ["hot.club", "hot.club:8000"] };

  it.each([
    "/",
    "/a?b=//evil.example",
    "a/b",
    "?next=1",
    "#x",
    "http://hot.club/",
    "https://hot.club:8000/a",
    "//hot.club/",
  ])("leads to this site: %s", (url) => expect(isLocalUrl(url, options)).toBe(true));

  it.each([
    "",
    " /",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "http:///evil.example",
    "http:evil.example",
    "http://evil.example",
    "https://hot.club@evil.example",
    "https://evil@hot.club/",
    "javascript:alert(1)",
    "/\tevil",
    "\u0000/",
    "/\n/evil.example",
    "ftp://hot.club/",
    "http://[hot.club",
  ])("leads elsewhere: %j", (url) => expect(isLocalUrl(url, options)).toBe(false));

  it("over TLS only, where that is asked", () => {
    expect(isLocalUrl("http://hot.club/", { ...options, isSecure: true })).toBe(false);
    expect(isLocalUrl("https://hot.club/", { ...options, isSecure: true })).toBe(true);
  });
});
