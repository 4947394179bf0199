import { safe } from "hotclub/templates";
import { expect, test } from "vitest";

import { askDjango } from "../services/django.js";
import { templateEngine } from "./template-engine.js";

/** Renders each case with Django; what Django fails at is null. */
const program = `
import json, sys
from datetime import datetime
import django
from django.conf import settings
settings.configure(USE_TZ=True, TIME_ZONE="UTC", USE_L10N=False, NUMBER_GROUPING=3, THOUSAND_SEPARATOR=",", TEMPLATES=[], INSTALLED_APPS=["django.contrib.humanize"])
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
        source = "{{ v|" + name.replace("$", ":a" if argument is not None else "") + " }}"
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
const floats: readonly Given[] = [0.5, 1.5, 2.5, 3.14259, -0.05, 1234567.891, 0.000001, -1234.5, 99.999];
const lists: readonly Given[] = [[], ["a"], ["a", "<b>", 3], [1, 2, 3], ["x", ["y", "z", ["<"]], "w"], ["b", "a"]];
const odd: readonly Given[] = [null, true, false];
const dates: readonly Given[] = [
  at("2024-02-29T16:05:09.123Z"),
  at("2023-12-31T00:00:00Z"),
  at("2021-01-03T12:00:00Z"),
  at("1999-07-01T09:30:00Z"),
];
const slices = [":2", "1:", "-2:", "1:4:2", "::-1", "-1:0:-2", "4:1:-1", ":0"];
const letters = Array.from("aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTuUwWyYzZ");

/** The filters with what they are given, and their arguments, which stand at the dollar. */
const cases: readonly (readonly [name: string, values: readonly Given[], args?: readonly Given[]])[] = [
  ["add$", [...numbers, "4", "a"], [2, "2", "b", [3]]],
  ["add$|join:','", [[1], ["a", "b"]], [[3], []]],
  ["addslashes", texts],
  ["capfirst", texts],
  ["center$", texts, [0, 7, 30, 31]],
  ["ljust$", texts, [7, 30]],
  ["rjust$", texts, [7, 30]],
  ["cut$", texts, ["a", " ", "<"]],
  ["date$", dates, [...letters, "N j, Y, P", "jS \\o\\f F", "D d M Y"]],
  ["time$", dates, ["H:i:s", "P"]],
  ["default$", [...texts, ...odd, []], ["none"]],
  ["default_if_none$", ["", ...odd, 0], ["none"]],
  ["divisibleby$", numbers, [3, 7]],
  ["escape", texts],
  ["escapejs", texts],
  ["filesizeformat", [...numbers, 1048576, 1073741824, 1099511627776, 1.5e15]],
  ["first", [...lists, "abc"]],
  ["last", [...lists, "abc"]],
  ["floatformat", [...numbers, ...floats, "x", "3.7"]],
  ["floatformat$", [...numbers, ...floats], [0, 1, 3, -1, -3, "2g", "-2"]],
  ["force_escape", texts],
  ["get_digit$", [...numbers, "x"], [1, 2, 3, 0, 12]],
  ["iriencode", texts],
  ["join$", lists.slice(0, 4), [", ", "<br>"]],
  ["json_script$", [...texts, ...numbers.slice(0, 3), ...lists, ...odd], ["data"]],
  ["length", [...texts, ...lists]],
  ["linebreaks", texts],
  ["linebreaksbr", texts],
  ["linenumbers", texts],
  ["lower", texts],
  ["make_list|join$", ["abc", 123], [","]],
  ["phone2numeric", texts],
  ["pluralize", [...numbers, ...lists, "1", "2"]],
  ["pluralize$", [0, 1, 2, "1"], ["es", "y,ies", "a,b,c"]],
  ["slice$", ["abcdef"], slices],
  ["slice$|join:','", lists.slice(0, 4), slices],
  ["stringformat$", [7, -7, 255, 1000000], ["03d", "x", "X", "o", "+d", "5d", "e", ".2f", "-5d", "E", "s", "g", "G"]],
  ["stringformat$", floats, [".2f", "08.3f", "e", "g", ".3g", "+.1f"]],
  ["striptags", texts],
  ["timesince$", dates.slice(0, 3), [at("2024-03-01T16:05:09.123Z"), at("2024-02-29T16:07:00Z")]],
  ["timeuntil$", dates.slice(2), [at("2020-12-28T05:00:00Z"), at("1999-06-20T00:00:00Z")]],
  ["title", texts],
  ["truncatechars$", texts, [1, 5, 10, 100]],
  ["truncatechars_html$", texts, [5, 10, 100]],
  ["truncatewords$", texts, [1, 2, 100]],
  ["truncatewords_html$", texts, [1, 2, 100]],
  ["unordered_list", lists],
  ["upper", texts],
  ["urlencode", texts],
  ["urlencode$", texts, [""]],
  ["urlize", texts],
  ["urlizetrunc$", texts, [15]],
  ["wordcount", texts],
  ["wordwrap$", texts, [5, 12]],
  ["yesno$", odd, ["yeah,no", "yeah,no,maybe"]],
  ["yesno", odd],
  ["apnumber", [...numbers, "x", "5"]],
  ["intcomma", [...numbers, ...floats, "x", "1234567"]],
  ["intword", [...numbers, 1000000, 1250000, 1e9, 1.2e12]],
  ["ordinal", numbers.filter((number) => Number(number) >= 0)],
];

const isSafe = (value: Given) => typeof value === "object" && value !== null && "safe" in value;
const isIn = (pattern: RegExp) => (value: Given) => typeof value === "string" && pattern.test(value);
const never = () => false;

/** What is not as Django has it, and why. */
const apart: Readonly<Record<string, readonly [is: (value: Given) => boolean, why: string]>> = {
  cut: [isSafe, "what is left of safe HTML need not be safe"],
  truncatechars: [isSafe, "what is left of safe HTML need not be safe"],
  truncatewords: [isSafe, "what is left of safe HTML need not be safe"],
  linebreaks: [isIn(/^(?:$| )/), "blanks around a text make no paragraph"],
  phone2numeric: [isIn(/İ/), "Python makes two characters of this one"],
  title: [isIn(/ﬁ/), "Python knows title case, which these letters alone have"],
  truncatechars_html: [isIn(/</), "what is not safe is text here, not HTML"],
  truncatewords_html: [isIn(/</), "what is not safe is text here, not HTML"],
  striptags: [isIn(/&d=/), "Python's parser of HTML completes entities"],
  wordwrap: [isIn(/^ |\n/), "Django 5 keeps blanks and lines, which this older one does not"],
  slugify: [never, "letters of all scripts stay, as in Liquid"],
};

const all = cases.flatMap(([name, values, args = [null]]) =>
  values
    .filter((value) => apart[name.replace("$", "")]?.[0](value) !== true)
    .flatMap((value) => args.map((argument) => [name, value, argument] as const)),
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
    const zone = name === "date$" || name === "time$" ? ", 'UTC'" : "";
    const source = `{{ v | ${name.replace("$", argument === null ? "" : `: a${zone}`)} }}`;
    const ours = await templates
      .renderString(source, { v: valueOf(value), a: valueOf(argument) })
      .catch((thrown: unknown) => String(thrown));
    const [one, other] = [ours, theirs].map((text) => alike(name, text));
    if (one !== other) different.push([JSON.stringify([name, value, argument]), theirs, ours].join("\n  "));
  }
  expect(different.join("\n")).toBe("");
});

/** Without what is the same in other words: quotes, yes and no, spaces in JSON, and what Liquid says. */
function alike(name: string, text: string): string {
  const plain = text.replaceAll("&#x27;", "&#39;").replace(/^(?:True|False)$/, (word) => word.toLowerCase());
  if (name.startsWith("json_script")) {
    const json = /^<script id="data" type="application\/json">([^<>]*)<\/script>$/.exec(plain)?.[1] ?? "";
    return JSON.stringify(JSON.parse(json));
  }
  if (name.startsWith("urlize")) return plain.replaceAll('"http://www', '"https://www');
  return name === "truncatewords$" ? plain.replace(/ …$/, "...") : plain;
}
