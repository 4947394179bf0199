/** A text of the client as it can stand in a line of a log and on a terminal: without control characters and long tails. */
export function safeText(text: string, maxLength = 500): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return /^[\x20-\x7e…]*$/.test(short) ? short : short.replaceAll(/[^\x20-\x7e…]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
