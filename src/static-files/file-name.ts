/** How many digits of a hash are in a name. */
export const hashDigits = 12;

/**
 * Whether a name, with slashes, is that of a file below some directory: no parent directory, no absolute or hidden
 * file, no other separator, no NUL.
 */
export function isPlainName(name: string): boolean {
  if (name === "" || name.includes("\0") || name.includes("\\")) return false;
  return name.split("/").every((step) => step !== "" && !step.startsWith("."));
}

/** `css/site.css` with its hash: `css/site.3f2a9c1b44d0.css`. */
export function hashedName(name: string, hash: string): string {
  const slash = name.lastIndexOf("/") + 1;
  const dot = name.lastIndexOf(".");
  if (dot <= slash) return `${name}.${hash}`;
  return `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
}

const hashed = new RegExp(String.raw`\.[0-9a-f]{${hashDigits}}(?:\.[^./]+)?$`);

/** Whether a name has a hash, so that what it names never changes. */
export function hasHash(name: string): boolean {
  return hashed.test(name);
}

/** `name` as part of a URL. */
export function encodeName(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
