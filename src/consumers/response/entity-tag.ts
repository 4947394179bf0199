import { createHash } from "node:crypto";

const characters = String.raw`[\x21\x23-\x7e]`;
const wholeTag = new RegExp(`^(?:W/)?"${characters}*"$`);

/**
 * An entity tag as it stands in a header, made of any text: `"v7"`, or `W/"v7"` for versions that are only equivalent.
 * A text that is a tag already stays as it is (RFC 9110 §8.8.3).
 */
export function entityTag(version: string, { isWeak = false }: { readonly isWeak?: boolean } = {}): string {
  if (wholeTag.test(version)) return version;
  return `${isWeak ? "W/" : ""}"${encodeURIComponent(Buffer.from(version).toString())}"`;
}

/** A strong entity tag for a body: the same for the same bytes. */
export function entityTagOf(body: string | Uint8Array): string {
  return `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
}

/** What `If-Match` or `If-None-Match` name: any version, or these. A header that is neither names none. */
export function parseEntityTags(header: string): "*" | readonly string[] {
  if (header.trim() === "*") return "*";
  const tags: string[] = [];
  const next = new RegExp(String.raw`[\s,]*((?:W/)?"${characters}*")\s*(?=,|$)`, "y");
  for (let match = next.exec(header); match !== null; match = next.exec(header)) tags.push(match[1] ?? "");
  return tags;
}

/** Whether both are the same bytes (RFC 9110 §8.8.3.2). */
export function matchesStrongly(one: string, other: string): boolean {
  return one === other && !one.startsWith("W/");
}

/** Whether both are as good as the same. */
export function matchesWeakly(one: string, other: string): boolean {
  return opaque(one) === opaque(other);
}

function opaque(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}
