import type { MessageAnswer } from "./orm-rows.js";

/** A message as a driver gives it. */
export interface MessageRow {
  readonly id: number | string;
  readonly author_id: number | string;
  readonly text: string;
  readonly likes: number | string;
  readonly open: number | boolean;
  readonly sent_at: number | Date;
  /** Where its author was loaded along. */
  readonly username?: string;
}

/** A user, with what was loaded or counted. */
export interface UserRow {
  readonly id: number | string;
  readonly messages?: readonly MessageRow[];
  readonly n?: number | string;
}

/** The parts of a contender that read such rows. */
export const bareReaders = {
  toMessage: ({ id, author_id: author, text, likes, open, sent_at: at }: MessageRow): MessageAnswer => [
    Number(id),
    Number(author),
    text,
    Number(likes),
    open === true || open === 1,
    Number(at),
  ],
  authorName: ({ username = "" }: MessageRow): string => username,
  messagesOf: async ({ id, messages = [] }: UserRow) => [Number(id), messages] as const,
  countOf: ({ id, n }: UserRow) => [Number(id), Number(n)] as const,
};

/** Users with the messages that are theirs. */
export function withMessages(users: readonly UserRow[], messages: readonly MessageRow[]): UserRow[] {
  const byAuthor = new Map<unknown, MessageRow[]>();
  for (const message of messages) {
    const known = byAuthor.get(message.author_id);
    if (known === undefined) byAuthor.set(message.author_id, [message]);
    else known.push(message);
  }
  return users.map(({ id }) => ({ id, messages: byAuthor.get(id) ?? [] }));
}

export const columns = "id, author_id, text, likes, open, sent_at";
export const joined = "m.id, m.author_id, m.text, m.likes, m.open, m.sent_at, u.id AS user_id, u.username";
