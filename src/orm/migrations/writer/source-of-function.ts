/** Functions that mean the same wherever they stand: they name nothing but what every program has. */
const standalone =
  /^\(\)\s*=>\s*(?:new Date\(\)|Date\.now\(\)|crypto\.randomUUID\(\)|\[\]|\(\{\s*\}\)|"[^"\\]*"|'[^'\\]*'|-?\d+(?:\.\d+)?|true|false)$/;

/** The source of a function that can be written into another file, or `undefined`. */
export function sourceOfFunction(value: () => unknown): string | undefined {
  if (value.name === "randomUUID") return "() => crypto.randomUUID()";
  const source = value.toString().trim();
  return standalone.test(source) ? source.replace(/^\(\)\s*=>\s*/, "() => ") : undefined;
}
