import { createHash } from "node:crypto";

const maxLength = 99;

/**
 * The name of the group that has these path segments, whatever text they hold: valid on every layer, and different for
 * different segments. ASCII letters, digits and `-` stay readable; `.` stands between segments; every other character
 * is written `_2f` or `_u20ac`. What would be too long ends in a hash instead, after `__`, which nothing else holds.
 */
export function encodeGroupName(segments: readonly string[]): string {
  const name = segments.map(encodeSegment).join(".");
  if (name.length <= maxLength) return name;
  return `${name.slice(0, 60)}__${createHash("sha256").update(name).digest("base64url").slice(0, 32)}`;
}

function encodeSegment(segment: string): string {
  if (/^[A-Za-z0-9-]*$/.test(segment)) return segment;
  // By UTF-16 unit, so that two different texts stay different even where they are not well-formed.
  return segment.replace(/[^A-Za-z0-9-]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return code < 128 ? `_${code.toString(16).padStart(2, "0")}` : `_u${code.toString(16).padStart(4, "0")}`;
  });
}
