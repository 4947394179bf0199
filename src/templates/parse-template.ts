import { type Liquid, LiquidError, Parser, type Token } from "liquidjs";

import { toError } from "../core/index.js";
import { setSource, type Source, Unit } from "./compiler/unit.js";
import { nearest } from "./did-you-mean.js";
import { Failure, placeOf } from "./runtime/failure.js";

/** Reads `text`, which is the template of `source`. Throws a `Failure`. */
export function parseTemplate(text: string, source: Source): Unit {
  const parser = new Parser(source.liquid);
  setSource(parser, source);
  try {
    return new Unit(source, parser.parse(withoutComments(text), source.name));
  } catch (thrown) {
    throw explain(toError(thrown), source);
  }
}

const commentOrRaw = /{%-?\s*(raw|verbatim)\b[^%]*%}[\s\S]*?{%-?\s*end\1\b[^%]*%}|{#.*?#}/g;

/** Takes `{# … #}` away, which LiquidJS does not know, and makes `raw` of `verbatim`. Lines stay where they are. */
function withoutComments(text: string): string {
  if (!text.includes("{#") && !text.includes("verbatim")) return text;
  return text.replace(commentOrRaw, (found, tag: string | undefined) => {
    if (tag === undefined) return "";
    return tag === "raw"
      ? found
      : found
          .replace(/^({%-?\s*)verbatim\b[^%]*?(-?%})/, "$1raw $2")
          .replace(/endverbatim\b[^%]*?(-?%})$/, "endraw $1");
  });
}

function explain(error: Error, source: Source): Failure {
  if (error instanceof Failure) return error;
  const { originalError, token } = error as { originalError?: Error; token?: Token };
  const message = (originalError?.message ?? error.message).replace(/(?:, file:.*)?, line:\d+, col:\d+$/s, "");
  const cause = LiquidError.is(error) ? new SyntaxError(withRemedy(message, source.liquid), { cause: error }) : error;
  const failure = new Failure(originalError !== undefined && "code" in originalError ? originalError : cause);
  if (token !== undefined) failure.places.push(placeOf(source.name, token));
  return failure;
}

/** Tags of Django that there are no more, and what to do instead. */
const remedies: Readonly<Record<string, string>> = {
  load: "Take {% load %} away: every tag and filter of the project's apps is known everywhere.",
  autoescape: "Escaping is always on; say of a single value that it is safe: {{ value | safe }}.",
  csrf_token: "Did you mean csrf?",
  endautoescape: "Escaping is always on; say of a single value that it is safe: {{ value | safe }}.",
};

function withRemedy(message: string, { tags, filters }: Liquid): string {
  const tag = /^tag "(.*)" not found$/.exec(message)?.[1];
  if (tag !== undefined) {
    const remedy = Object.hasOwn(remedies, tag) ? remedies[tag] : suggestion(tag, Object.keys(tags));
    return `There is no tag ${JSON.stringify(tag)} here. ${remedy ?? ""}`.trim();
  }
  const filter = /^undefined filter: (.*)$/.exec(message)?.[1];
  if (filter === undefined) return message;
  return `There is no filter ${JSON.stringify(filter)}. ${suggestion(filter, Object.keys(filters)) ?? ""}`.trim();
}

function suggestion(given: string, names: readonly string[]): string | undefined {
  if (given.startsWith("end") || given.startsWith("els")) return "Is it closed twice, or not opened?";
  const name = nearest(given, names);
  return name === undefined ? undefined : `Did you mean ${JSON.stringify(name)}?`;
}
