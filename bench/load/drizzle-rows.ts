import type { MessageAnswer } from "./orm-rows.js";

export interface DrizzleMessage {
  readonly id: number;
  readonly authorId: number;
  readonly text: string;
  readonly likes: number;
  readonly open: boolean;
  readonly sentAt: Date;
  readonly author?: { readonly username: string };
}

export interface DrizzleUser {
  readonly id: number;
  readonly messages?: readonly DrizzleMessage[];
  readonly n?: number;
}

/** The parts of a contender that read what drizzle gives. */
export const drizzleReaders = {
  toMessage: ({ id, authorId, text, likes, open, sentAt }: DrizzleMessage): MessageAnswer => [
    id,
    authorId,
    text,
    likes,
    open,
    sentAt.getTime(),
  ],
  authorName: ({ author }: DrizzleMessage): string => author?.username ?? "",
  messagesOf: async ({ id, messages = [] }: DrizzleUser) => [id, messages] as const,
  countOf: ({ id, n = 0 }: DrizzleUser) => [id, n] as const,
};

/** Users with the messages that are theirs. */
export function grouped(users: readonly DrizzleUser[], messages: readonly DrizzleMessage[]): DrizzleUser[] {
  const byAuthor = new Map<number, DrizzleMessage[]>();
  for (const message of messages) {
    const known = byAuthor.get(message.authorId);
    if (known === undefined) byAuthor.set(message.authorId, [message]);
    else known.push(message);
  }
  return users.map(({ id }) => ({ id, messages: byAuthor.get(id) ?? [] }));
}
