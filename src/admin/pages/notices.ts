import type { HttpScope } from "../../core/index.js";
import { sessionOf } from "../../sessions/index.js";

/** Something that the next page tells. */
export interface Notice {
  readonly level: "success" | "warning" | "error" | "info";
  readonly text: string;
  /** Whether it tells that a form was saved, so that the browser need not keep what was typed. */
  readonly isSaved?: boolean;
}

declare module "../../sessions/session-data.js" {
  interface SessionData {
    "admin.notices": readonly Notice[];
  }
}

const key = "admin.notices";
const maxNotices = 20;
const icons = { success: "good", warning: "warning", error: "warning", info: "info" } as const;

/** Has the next page tell the user. */
export async function notify(
  scope: HttpScope,
  level: Notice["level"],
  text: string,
  more: Pick<Notice, "isSaved"> = {},
): Promise<void> {
  const session = sessionOf(scope);
  const waiting = (await session.get(key)) ?? [];
  session.set(key, [...waiting, { level, text, ...more }].slice(-maxNotices));
}

/** What there is to tell; each is told once. */
export async function takeNotices(scope: HttpScope): Promise<readonly (Notice & { readonly icon: string })[]> {
  const session = sessionOf(scope);
  const waiting = await session.get(key);
  if (waiting === undefined) return [];
  session.delete(key);
  return waiting.map((notice) => Object.assign({ icon: icons[notice.level] }, notice));
}
