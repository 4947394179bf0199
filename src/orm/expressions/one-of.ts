/**
 * `word` if it is one of `known`: for words that are written into SQL, which may come from a user where the compiler
 * did not look. Throws a `TypeError` that names them.
 */
export function oneOf<const W extends string>(what: string, word: W, known: readonly NoInfer<W>[]): W {
  if (known.includes(word)) return word;
  throw new TypeError(`${what} must be one of ${known.join(", ")}: ${JSON.stringify(word)}`);
}
