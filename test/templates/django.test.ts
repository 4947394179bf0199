import { safe, SafeString } from "hotclub/templates";
import { expect, test } from "vitest";

import { askDjango } from "../services/django.js";
import { templateEngine } from "./template-engine.js";

/** Renders each case with Django; what Django fails at is null. */
const program = `
import json, sys
from datetime import datetime
import django
from django.conf import settings
settings.configure(USE_TZ=True, TIME_ZONE="UTC", TEMPLATES=[], INSTALLED_APPS=["django.contrib.humanize"])
django.setup()
from django.template import Context, Engine
from django.utils.safestring import mark_safe

engine = Engine(libraries={"humanize": "django.contrib.humanize.templatetags.humanize"}, builtins=["django.contrib.humanize.templatetags.humanize"])

def value_of(given):
    if isinstance(given, dict) and "date" in given: return datetime.fromisoformat(given["date"].replace("Z", "+00:00"))
    if isinstance(given, dict) and "safe" in given: return mark_safe(given["safe"])
    if isinstance(given, list): return [value_of(item) for item in given]
    return given

def rendered(name, value, argument):
    try:
        source = "{{ v|" + name + (":a" if argument is not None else "") + " }}"
        return engine.from_string(source).render(Context({"v": value_of(value), "a": value_of(argument)}))
    except Exception as error:
        return None

print(json.dumps([rendered(*case) for case in json.load(sys.stdin)]))
`;

type Given = unknown;
const at = (date: string) => ({ date });
const html = (text: string) => ({ safe: text });

const texts: readonly Given[] = [
  "",
  "a",
  "joel is a slug",
  "my FIRST post isn't “so” new",
  `<b>x</b> & "y" 'z'`,
  html("<p>Joël <b>is a <i>long</i></b> slug<br>&amp; more</p>"),
  "one\ntwo\r\nthree\n\n\nfour <",
  "été ﬁ İstanbul ß 𝒳 🎸",
  " spaced   out ",
  "https://example.com/a?b=c&d=<e>",
  "see www.example.com, (http://example.org/x_(y)) or me@example.com.",
  "800-COLLECT",
  "a/b c?d=é&f=%20",
  "\\back \"slash\" 'quote'",
];
const numbers: readonly Given[] = [0, 1, 2, 11, 12, 13, 21, 101, 111, 113, -1, -7, 999, 1000, 1024, 10000, 123456789];
const floats: readonly Given[] = [0.5, 1.5, 2.5, 3.14159, -0.05, 1234567.891, 0.000001, -1234.5, 99.999];
const lists: readonly Given[] = [[], ["a"], ["a", "<b>", 3], [1, 2, 3], ["x", ["y", "z", ["<"]], "w"], ["b", "a"]];
const odd: readonly Given[] = [null, true, false];
const dates: readonly Given[] = [
  at("2024-02-29T16:05:09.123Z"),
  at("2023-12-31T00:00:00Z"),
  at("2021-01-03T12:00:00Z"),
  at("1999-07-01T09:30:00Z"),
];
const letters = [..."aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTuUwWyYzZ"];

/** The filters with what they are given, and their arguments. */
const cases: readonly (readonly [name: string, values: readonly Given[], args?: readonly Given[]])[] = [
  ["add", [...numbers, "4", "a", [1]], [2, "2", "b", [3]]],
  ["addslashes", texts],
  ["capfirst", texts],
  ["center", texts, [0, 7, 30, 31]],
  ["ljust", texts, [7, 30]],
  ["rjust", texts, [7, 30]],
  ["cut", texts, ["a", " ", "<"]],
  ["date", dates, [...letters, "N j, Y, P", "jS \\o\\f F", "D d M Y"]],
  ["time", dates, ["H:i:s", "P"]],
  ["default", [...texts, ...odd, 0, []], ["none"]],
  ["default_if_none", ["", ...odd, 0], ["none"]],
  ["divisibleby", numbers, [3, 7]],
  ["escape", texts],
  ["escapejs", texts],
  ["filesizeformat", [...numbers, 1048576, 1073741824, 1099511627776, 1.5e15]],
  ["first", [...lists, "abc"]],
  ["last", [...lists, "abc"]],
  ["floatformat", [...numbers, ...floats, "x", "3.7"]],
  ["floatformat", [...numbers, ...floats], [0, 1, 3, -1, -3, "2g", "-2"]],
  ["force_escape", texts],
  ["get_digit", [...numbers, "x"], [1, 2, 3, 0, 12]],
  ["iriencode", texts],
  ["join", lists.slice(0, 4), [", ", "<br>"]],
  ["json_script", [...texts, ...numbers.slice(0, 3), ...lists, ...odd], ["data"]],
  ["length", [...texts, ...lists]],
  ["linebreaks", texts],
  ["linebreaksbr", texts],
  ["linenumbers", texts],
  ["lower", texts],
  ["make_list", ["abc", 123]],
  ["phone2numeric", texts],
  ["pluralize", [...numbers, ...lists, "1", "2"]],
  ["pluralize", [0, 1, 2, "1"], ["es", "y,ies", "a,b,c"]],
  ["slice", ["abcdef", ...lists], [":2", "1:", "-2:", "1:4:2", "::-1", ":0"]],
  ["slugify", texts],
  ["stringformat", [7, -7, 255, 1000000], ["03d", "x", "X", "o", "+d", "5d", "e", ".2f", "-5d", "E", "s", "g"]],
  ["stringformat", floats, [".2f", "08.3f", "e", "g", ".3g", "+.1f"]],
  ["striptags", texts],
  ["timesince", dates, [at("2024-03-01T16:05:09.123Z"), at("2024-02-29T16:07:00Z"), at("2031-05-05T05:05:05Z")]],
  ["timeuntil", dates, [at("1999-06-01T00:00:00Z"), at("2020-02-29T00:00:00Z")]],
  ["title", texts],
  ["truncatechars", texts, [1, 5, 10, 100]],
  ["truncatechars_html", texts, [1, 5, 10, 100]],
  ["truncatewords", texts, [1, 2, 100]],
  ["truncatewords_html", texts, [1, 2, 100]],
  ["unordered_list", lists],
  ["upper", texts],
  ["urlencode", texts],
  ["urlencode", texts, [""]],
  ["urlize", texts],
  ["urlizetrunc", texts, [15]],
  ["wordcount", texts],
  ["wordwrap", texts, [5, 12]],
  ["yesno", odd, ["yeah,no", "yeah,no,maybe"]],
  ["yesno", odd],
  ["apnumber", [...numbers, "x", "5"]],
  ["intcomma", [...numbers, ...floats, "x", "1234567"]],
  ["intword", [...numbers, 1000000, 1250000, 1e9, 1.2e12]],
  ["ordinal", numbers],
];

const all = cases.flatMap(([name, values, args = [null]]) =>
  values.flatMap((value) => args.map((argument) => [name, value, argument] as const)),
);

function valueOf(given: Given): unknown {
  if (Array.isArray(given)) return given.map(valueOf);
  if (typeof given !== "object" || given === null) return given;
  return "date" in given ? new Date(given.date as string) : safe((given as { safe: string }).safe);
}

test("filters give what Django's give", { timeout: 180_000 }, async () => {
  const django = JSON.parse(await askDjango(program, JSON.stringify(all))) as (string | null)[];
  const templates = templateEngine({});
  const different: string[] = [];
  for (const [index, [name, value, argument]] of all.entries()) {
    const theirs = django[index];
    if (theirs === null || theirs === undefined) continue;
    const source = argument === null ? `{{ v | ${name} }}` : `{{ v | ${name}: a }}`;
    const zone = name === "date" || name === "time" ? source.replace(": a", ": a, 'UTC'") : source;
    const ours = await templates
      .renderString(zone, { v: valueOf(value), a: valueOf(argument) })
      .catch((thrown: unknown) => String(thrown));
    if (alike(ours) !== alike(theirs)) {
      different.push(
        `${JSON.stringify([name, value, argument])}\n  Django: ${JSON.stringify(theirs)}\n  here:   ${JSON.stringify(ours)}`,
      );
    }
  }
  (await import("node:fs")).writeFileSync("/tmp/dj-diff.txt", different.join("\n"));
  expect(different.join("\n")).toBe("");
  expect(SafeString).toBeDefined();
});

function alike(text: string): string {
  return text.replaceAll("&#x27;", "&#39;");
}
