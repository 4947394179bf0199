import { isSafe, safe, type SafeString } from "../templates/index.js";

/** How grave a message is, by name. Numbers in between are levels of one's own. */
export const messageLevels = { debug: 10, info: 20, success: 25, warning: 30, error: 40 } as const;

/** The name of a level. */
export type MessageLevel = keyof typeof messageLevels;

/** A message to a visitor, shown to her once. */
export interface FlashMessage {
  /** 10 (debug), 20 (info), 25 (success), 30 (warning), 40 (error), or one in between. */
  readonly level: number;
  /** A `SafeString` goes into a page as it is, everything else is escaped. */
  readonly text: string | SafeString;
  /** The tag of its level: `success`. Empty for a level without one. */
  readonly levelTag: string;
  /** Tags of its own. */
  readonly extraTags: string;
  /** Both, for a class in HTML: `undo success`. */
  readonly tags: string;
}

/** Tags of levels. */
export type LevelTags = Readonly<Record<number, string>>;

export const defaultTags: LevelTags = Object.fromEntries(
  Object.entries(messageLevels).map(([name, level]) => [level, name]),
);

/** Makes a message. */
export function flashMessage(
  level: number,
  text: string | SafeString,
  extraTags: string,
  levelTags: LevelTags,
): FlashMessage {
  const levelTag = levelTags[level] ?? "";
  return { level, text, levelTag, extraTags, tags: [extraTags, levelTag].filter((tag) => tag !== "").join(" ") };
}

/** A message as it is kept: level, text, tags of its own, and 1 where the text is safe HTML. */
export type KeptMessage = readonly [level: number, text: string, extraTags?: string, isSafe?: 0 | 1];

export function keptMessage({ level, text, extraTags }: FlashMessage): KeptMessage {
  if (isSafe(text)) return [level, String(text), extraTags, 1];
  return extraTags === "" ? [level, text] : [level, text, extraTags];
}

/** Messages out of what was kept; what is none is left out. */
export function messagesIn(kept: unknown, levelTags: LevelTags): FlashMessage[] {
  if (!Array.isArray(kept)) return [];
  return (kept as readonly unknown[]).flatMap((one) => {
    if (!Array.isArray(one)) return [];
    const [level, text, extraTags = "", isHtml] = one as unknown[];
    if (typeof level !== "number" || typeof text !== "string" || typeof extraTags !== "string") return [];
    return [flashMessage(level, isHtml === 1 ? safe(text) : text, extraTags, levelTags)];
  });
}
