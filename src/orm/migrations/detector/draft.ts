import type { Operation } from "../operations/operation.js";

/**
 * An operation that was found necessary, before it has a place in a migration. What it makes true, and what must be true
 * before it, are said in words such as `made chat.Room` and `gone chat.Room.title`.
 */
export interface Draft {
  readonly app: string;
  readonly operation: Operation;
  readonly gives: readonly string[];
  readonly needs: readonly string[];
}

/** `made chat.Room`, `made chat.Room.title` */
export const made = (subject: string): string => `made ${subject}`;
/** `gone chat.Room`, `gone chat.Room.title` */
export const gone = (subject: string): string => `gone ${subject}`;

/** The drafts so that each comes after what it needs, otherwise as they were given. Circles are left as they are. */
export function sortDrafts(drafts: readonly Draft[]): Draft[] {
  const givers = new Map<string, Draft[]>();
  for (const draft of drafts) {
    for (const fact of draft.gives) givers.set(fact, [...(givers.get(fact) ?? []), draft]);
  }
  const sorted = new Set<Draft>();
  const visiting = new Set<Draft>();
  const visit = (draft: Draft): void => {
    if (sorted.has(draft) || visiting.has(draft)) return;
    visiting.add(draft);
    for (const need of draft.needs) for (const giver of givers.get(need) ?? []) visit(giver);
    visiting.delete(draft);
    sorted.add(draft);
  };
  for (const draft of drafts) visit(draft);
  return [...sorted];
}
