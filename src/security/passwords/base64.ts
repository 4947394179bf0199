/** Whether `text` is whole in base64, with its padding: Node reads half of one as well (RFC 4648 §3.2). */
export function isBase64(text: string): boolean {
  return Buffer.from(text, "base64").toString("base64") === text;
}
