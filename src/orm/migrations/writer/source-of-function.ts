import { isDeepStrictEqual } from "node:util";

/** Functions that mean the same wherever they stand: they name nothing but what every program has. */
const standalone =
  /^\(\)\s*=>\s*(?:new Date\(\)|Date\.now\(\)|crypto\.randomUUID\(\)|\[\]|\(\{\s*\}\)|"[^"\\]*"|'[^'\\]*'|-?\d+(?:\.\d+)?|true|false)$/;

/** The source of a function that can be written into another file, or `undefined`. */
export function sourceOfFunction(value: () => unknown): string | undefined {
  if (value.name === "randomUUID") return "() => crypto.randomUUID()";
  // What bundlers make of it means the same: they add notes to each other, and leave out parentheses.
  const source = value
    .toString()
    .replace(/\/\*\s*[@#]__PURE__\s*\*\//g, "")
    .trim()
    .replace(/\bnew Date$/, "new Date()");
  return standalone.test(source) ? source.replace(/^\(\)\s*=>\s*/, "() => ") : undefined;
}

/** What a function gives that only names data, such as `() => ({ theme: "dark" })`; `undefined` if it may do more. */
export function dataOfFunction(value: () => unknown): { readonly data: unknown } | undefined {
  const [, body] = /^\(\)\s*=>\s*\(?([^]*?)\)?$/.exec(value.toString()) ?? [];
  if (body === undefined) return undefined;
  const withoutTexts = body.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  const mayDoMore = /[(`?=]|\bnew\b|\.(?!\d)/.test(withoutTexts);
  const data = mayDoMore ? undefined : value();
  return isPlain(data) ? { data } : undefined;
}

function isPlain(data: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(JSON.stringify(data)), data);
  } catch {
    return false; // a circle, or nothing
  }
}
