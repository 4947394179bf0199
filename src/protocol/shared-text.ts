const texts = new Map<string, string>();
/** Made-up texts must not fill the memory. */
const maxTexts = 500;
const maxLength = 300;

/** The same text, and for equal ones the same memory, as long as there are not too many. */
export function sharedText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (text.length > maxLength) return text;
  if (texts.size === maxTexts) texts.clear();
  texts.set(text, text);
  return text;
}
