import { safe, type SafeString } from "hotclub/templates";
import { describe, expect, it } from "vitest";

import { templateEngine } from "./template-engine.js";

const templates = templateEngine({});
const date = new Date("2024-02-29T16:05:09.123Z");

async function filtered(filters: string, value: unknown, more: object = {}): Promise<string> {
  return templates.renderString(`{{ value | ${filters} }}`, { value, list: [1], ...more });
}

describe("a filter of Django's", () => {
  it.each<[filters: string, value: unknown, expected: string]>([
    ["add: 2", 4, "6"],
    ["add: '2'", "4", "6"],
    ["add: 'b'", "a", "ab"],
    ["addslashes", `I'm "x"`, "I\\&#39;m \\&quot;x\\&quot;"],
    ["capfirst", "django reinhardt", "Django reinhardt"],
    ["center: 7", "abc", "  abc  "],
    ["ljust: 5", "abc", "abc  "],
    ["rjust: 5", "abc", "  abc"],
    ["cut: ' '", "a b c", "abc"],
    ["date: 'D d M Y', 'UTC'", date, "Thu 29 Feb 2024"],
    ["date: 'N j, Y, P', 'UTC'", date, "Feb. 29, 2024, 4:05 p.m."],
    ["date: 'c', 'Europe/Brussels'", date, "2024-02-29T17:05:09.123000+01:00"],
    ["date: 'jS \\\\o\\\\f F', 'UTC'", date, "29th of February"],
    ["date: 'W o z t L y n G g h A e U u', 'UTC'", date, "9 2024 60 29 true 24 2 16 4 04 PM UTC 1709222709 123000"],
    ["date: '%Y-%m-%d', 'UTC'", date, "2024-02-29"],
    ["date: 'Y'", "no date", ""],
    ["time: 'H:i:s', 'UTC'", date, "16:05:09"],
    ["default: 'none'", "", "none"],
    ["default: 'none'", "some", "some"],
    ["default_if_none: 'none'", null, "none"],
    ["default_if_none: 'none'", "", ""],
    ["dictsort: 'n' | map: 'n' | join: ','", [{ n: 3 }, { n: 1 }, { n: 2 }], "1,2,3"],
    ["dictsortreversed: 'a.b' | map: 'a' | map: 'b' | join: ','", [{ a: { b: 1 } }, { a: { b: 2 } }], "2,1"],
    ["divisibleby: 3", 21, "true"],
    ["filesizeformat", 1, "1\u00A0byte"],
    ["filesizeformat", 123456789, "117.7\u00A0MB"],
    ["first", ["a", "b"], "a"],
    ["last", ["a", "b"], "b"],
    ["floatformat", 34.232, "34.2"],
    ["floatformat", 34, "34"],
    ["floatformat: 3", 34, "34.000"],
    ["floatformat: '-3'", 34.26, "34.260"],
    ["floatformat: 2", 1.005, "1.01"],
    ["floatformat: 2", -1.005, "-1.01"],
    ["floatformat: '2g'", 1234567.891, "1,234,567.89"],
    ["get_digit: 2", 123456789, "8"],
    ["join: ' & '", ["a", "b"], "a &amp; b"],
    ["length", ["a", "b"], "2"],
    ["length", "joël", "4"],
    ["lower", "ABC", "abc"],
    ["upper", "abc", "ABC"],
    ["make_list | join: ','", "abc", "a,b,c"],
    ["phone2numeric", "800-COLLECT", "800-2655328"],
    ["pluralize", 1, ""],
    ["pluralize", 2, "s"],
    ["pluralize: 'y,ies'", 2, "ies"],
    ["pluralize", [1], ""],
    ["pluralize: 'a,b,c'", 2, ""],
    ["add: list", "4", ""],
    ["date: 'I', 'Europe/Brussels'", date, "0"],
    ["date: 'I', 'Europe/Brussels'", new Date("2024-06-29T16:05:09Z"), "1"],
    ["date: 'I', 'Australia/Sydney'", date, "1"],
    ["slice: ':2' | join: ''", ["a", "b", "c"], "ab"],
    ["slice: '-1:'", "abc", "c"],
    ["slice: 1", "abc", "b"],
    ["slice: '::-2'", "abcde", "eca"],
    ["slice: '-2:0:-1'", "abcde", "dcb"],
    ["slugify", "Joel is a slug", "joel-is-a-slug"],
    ["stringformat: '03d'", 7, "007"],
    ["stringformat: '.2f'", 2.71, "2.71"],
    ["stringformat: 'E'", 15, "1.500000E+01"],
    ["stringformat: 'x'", 255, "ff"],
    ["striptags", "<b>Joel</b> <script>x</script> a <span>slug</span>", "Joel x a slug"],
    ["striptags", "<scr<script>ipt>alert(1)</scr</script>ipt>", "alert(1)"],
    ["title", "my FIRST post isn't", "My First Post Isn&#39;t"],
    ["truncatechars: 7", "Joel is a slug", "Joel i…"],
    ["truncatewords: 2", "Joel is a slug", "Joel is..."],
    ["truncatewords: 2, '…'", "Joel is a slug", "Joel is…"],
    ["truncatewords: 4", "Joel is a slug", "Joel is a slug"],
    ["urlencode", "https://example.com/?a=b&c=d é", "https%3A//example.com/%3Fa%3Db%26c%3Dd%20%C3%A9"],
    ["urlencode: ''", "a/b", "a%2Fb"],
    ["iriencode", "?test=I ♥ Django", "?test=I%20%E2%99%A5%20Django"],
    ["wordcount", "Joel is a slug", "4"],
    ["wordwrap: 5", "Joel is a slug", "Joel\nis a\nslug"],
    ["yesno: 'yeah,no,maybe'", null, "maybe"],
    ["yesno: 'yeah,no'", null, "no"],
    ["yesno", true, "yes"],
    ["apnumber", 3, "three"],
    ["apnumber", 12, "12"],
    ["intcomma", 4500000.25, "4,500,000.25"],
    ["intword", 1200000, "1.2 million"],
    ["intword", 999, "999"],
    ["ordinal", 3, "3rd"],
    ["ordinal", 12, "12th"],
    ["pprint", { a: 1 }, "{\n  &quot;a&quot;: 1\n}"],
  ])("%s of %j is %j", async (filters, value, expected) => {
    expect(await filtered(filters, value)).toBe(expected);
  });

  it.each<[filters: string, value: unknown, expected: string]>([
    ["linebreaks", "a <b>\nc\n\nd", "<p>a &lt;b&gt;<br>c</p>\n\n<p>d</p>"],
    ["linebreaks", safe("<i>a</i>"), "<p><i>a</i></p>"],
    ["linebreaksbr", "a<\nb", "a&lt;<br>b"],
    ["linenumbers", "a<\nb", "1. a&lt;\n2. b"],
    ["escape", "<a>", "&lt;a&gt;"],
    ["escape | escape", "<a>", "&lt;a&gt;"],
    ["force_escape", safe("<a>"), "&lt;a&gt;"],
    ["escapeseq | join: '<br>' | safe", ["<", ">"], "&lt;<br>&gt;"],
    ["safeseq | first", ["<b>"], "<b>"],
    [
      "json_script: 'd'",
      { a: "</script>&<!--" },
      '<script id="d" type="application/json">{"a":"\\u003C/script\\u003E\\u0026\\u003C!--"}</script>',
    ],
    [
      "urlize",
      "see www.example.com/a?b=1, or <b>",
      'see <a href="https://www.example.com/a?b=1" rel="nofollow">www.example.com/a?b=1</a>, or &lt;b&gt;',
    ],
    ["urlize", "mail me@example.org.", 'mail <a href="mailto:me@example.org">me@example.org</a>.'],
    [
      "urlize",
      safe('<a href="https://a.example">https://a.example</a>'),
      '<a href="https://a.example">https://a.example</a>',
    ],
    ["urlizetrunc: 10", "https://example.com/long", '<a href="https://example.com/long" rel="nofollow">https://e…</a>'],
    [
      "unordered_list",
      ["States", ["Kansas <3", ["Lawrence"]]],
      "\t<li>States\n\t<ul>\n\t\t<li>Kansas &lt;3\n\t\t<ul>\n\t\t\t<li>Lawrence</li>\n\t\t</ul>\n\t\t</li>\n\t</ul>\n\t</li>",
    ],
    ["truncatechars_html: 4", safe("<p>Joël is</p>"), "<p>Joë…</p>"],
    ["truncatewords_html: 2", safe("<p>Joël <b>is a</b> slug</p>"), "<p>Joël <b>is …</b></p>"],
    ["truncatewords_html: 1", safe("<p>Joël <b></b><i>is</i></p>"), "<p>Joël …</p>"],
    ["truncatewords_html: 1", safe("<p>Joël <b></b></p>"), "<p>Joël <b></b></p>"],
    ["striptags", safe("<b>a &amp; b</b>"), "a &amp; b"],
    ["striptags", safe("<b>a</b> < b"), "a &lt; b"],
    ["truncatewords_html: 1", "<p>x y", "&lt;p&gt;x …"],
    ["newline_to_br", "<\nb", "&lt;<br />\nb"],
    ["lower", safe("<B>"), "<b>"],
    ["upper", safe("<b>"), "&lt;B&gt;"],
    ["default: html", "", "<b>"],
  ])("%s makes of %j safe HTML: %j", async (filters, value, expected) => {
    expect(await filtered(filters, value, { html: safe("<b>") })).toBe(expected);
  });

  it("tells how long ago something was", async () => {
    const then = new Date("2024-01-15T12:00:00");
    const after = (to: string): Promise<string> => filtered("timesince: to", then, { to: new Date(to) });
    expect(await after("2024-01-15T12:00:30")).toBe("0\u00A0minutes");
    expect(await after("2024-01-15T13:01:00")).toBe("1\u00A0hour, 1\u00A0minute");
    expect(await after("2024-01-26T12:00:00")).toBe("1\u00A0week, 4\u00A0days");
    expect(await after("2025-03-16T12:00:00")).toBe("1\u00A0year, 2\u00A0months");
    expect(await filtered("timeuntil: from", then, { from: new Date("2024-01-13T12:00:00") })).toBe("2\u00A0days");
    expect(await filtered("naturaltime", new Date(Date.now() - 3 * 3_600_000 - 5000))).toBe("3\u00A0hours ago");
    expect(await filtered("naturalday", new Date())).toBe("today");
  });

  it("gives one of a list by chance", async () => {
    expect(["a", "b"]).toContain(await filtered("random", ["a", "b"]));
  });
});

describe("a filter of an app", () => {
  it("may be given names, promises and what is safe", async () => {
    const own = templateEngine(
      {},
      {
        filters: {
          later: async (value: string) => value + "!",
          tagged: {
            seesSafe: true,
            run: (value: SafeString | string, name: string, options: { count: number }) =>
              safe(`<${name}>`.repeat(options.count) + (typeof value === "string" ? "text" : "safe")),
          },
        },
      },
    );
    expect(await own.renderString("{{ 'a' | later }}{{ x | tagged: 'b', count: 2 }}", { x: safe("") })).toBe(
      "a!<b><b>safe",
    );
  });
});
