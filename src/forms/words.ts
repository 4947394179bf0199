/** `sentAt` as `Sent at`: what a field is called where nobody says. */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .trim()
    .toLowerCase();
  return capitalized(words);
}

/** The first letter large. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
