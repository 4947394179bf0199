/**
 * The value of `Content-Disposition` that has a client save a body under `name` (RFC 6266): plainly where the name is
 * plain, and beside it in full where it is not.
 */
export function attachment(name: string): string {
  const clean = Buffer.from(name)
    .toString()
    .replaceAll(/\p{Cc}/gu, "");
  if (clean === "") return "attachment";
  const plain = clean.replaceAll(/[^\u0020-\u007e]/g, "_").replaceAll(/["\\/]/g, "_");
  const quoted = `attachment; filename="${plain}"`;
  // Some clients decode a percent sign in the plain name.
  if (plain === clean && !clean.includes("%")) return quoted;
  return `${quoted}; filename*=UTF-8''${extended(clean)}`;
}

/** RFC 8187 §3.2.1. */
function extended(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
