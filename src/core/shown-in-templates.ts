/**
 * Under this key a class, or an object, lists the getters and the methods without arguments that templates may read of
 * it. What is neither an own property nor in the list stays out of their reach.
 *
 * ```ts
 * class Page {
 *   static readonly [shownInTemplates] = ["hasNext"];
 *   get hasNext(): boolean { … }
 * }
 * ```
 */
export const shownInTemplates: unique symbol = Symbol.for("hotclub.shownInTemplates");

/** The names that `value` shows to templates: what it lists itself, and what its class lists. */
export function isShownInTemplates(value: object, name: string): boolean {
  const own = (value as { readonly [shownInTemplates]?: unknown })[shownInTemplates];
  if (Array.isArray(own) && own.includes(name)) return true;
  const { constructor } = value as { readonly constructor?: unknown };
  if (typeof constructor !== "function") return false;
  const listed = (constructor as { readonly [shownInTemplates]?: unknown })[shownInTemplates];
  return Array.isArray(listed) && listed.includes(name);
}
