/** Text that may be broken into lines where it is too long for one. */
export type Layout = string | Group;

/** Items between two brackets. */
export interface Group {
  /** What stands before the bracket: `title: `, `createModel`. */
  readonly before: string;
  readonly open: "{" | "[" | "(";
  readonly items: readonly Layout[];
  readonly after: string;
  /** One item on each line, even where all would fit on one. */
  readonly isBroken: boolean;
}

const closing = { "{": "}", "[": "]", "(": ")" } as const;

/** How wide a line may be. */
const maxWidth = 120;

/** A group of items, broken only where it must be. */
export function group(
  open: Group["open"],
  items: readonly Layout[],
  { before = "", after = "", isBroken = false }: Partial<Pick<Group, "before" | "after" | "isBroken">> = {},
): Group {
  return { before, open, items, after, isBroken };
}

/** The same with text before it. */
export function prefixed(prefix: string, layout: Layout): Layout {
  return typeof layout === "string" ? prefix + layout : { ...layout, before: prefix + layout.before };
}

/** The same with text after it. */
export function suffixed(layout: Layout, suffix: string): Layout {
  return typeof layout === "string" ? layout + suffix : { ...layout, after: layout.after + suffix };
}

/** Writes `layout` as Prettier would, from a column of `indent` on; `extra` characters follow in its last line. */
export function writeLayout(layout: Layout, indent = 0, extra = 0): string {
  if (typeof layout === "string") return layout;
  const flat = flatten(layout);
  if (flat !== undefined && indent + flat.length + extra <= maxWidth) return flat;
  const { before, open, items, after } = layout;
  const hugged = open === "(" ? writeHugged(layout, indent) : undefined;
  if (hugged !== undefined) return hugged;
  const inner = indent + 2;
  const lines = items.map((item) => `${" ".repeat(inner)}${writeLayout(item, inner, 1)},\n`);
  return `${before}${open}\n${lines.join("")}${" ".repeat(indent)}${closing[open]}${after}`;
}

/** `createModel("Room", {` … `})`: only the last argument is broken. */
function writeHugged({ before, items, after }: Group, indent: number): string | undefined {
  const last = items.at(-1);
  if (last === undefined || typeof last === "string" || last.open === "(" || last.items.length === 0) return undefined;
  const others = items.slice(0, -1).map((item) => flatten(item));
  if (others.includes(undefined)) return undefined;
  const head = `${before}(${others.map((text) => `${text}, `).join("")}`;
  if (indent + head.length + last.before.length + 1 > maxWidth) return undefined;
  return `${head}${writeLayout({ ...last, isBroken: true }, indent)})${after}`;
}

/** All on one line; `undefined` where something must be broken. */
function flatten(layout: Layout): string | undefined {
  if (typeof layout === "string") return layout.includes("\n") ? undefined : layout;
  const { before, open, items, after, isBroken } = layout;
  if (isBroken && items.length > 0) return undefined;
  const texts: string[] = [];
  for (const item of items) {
    const text = flatten(item);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  const space = open === "{" && items.length > 0 ? " " : "";
  return `${before}${open}${space}${texts.join(", ")}${space}${closing[open]}${after}`;
}
