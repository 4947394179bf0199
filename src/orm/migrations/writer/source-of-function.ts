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
