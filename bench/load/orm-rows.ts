import { type Row, repeat } from "./rows.js";

/** One message as every contender gives it, whatever its own objects are. */
export type MessageAnswer = readonly [
  id: number,
  authorId: number,
  text: string,
  likes: number,
  isOpen: boolean,
  sentAtMs: number,
];

/** What does the same queries, each in its own way. What they give is compared before anything is timed. */
export interface OrmContender<Message = unknown, User = unknown> {
  getByPk(id: number): Promise<Message>;
  /** The first 100 messages with fewer than 10 likes, each with its author. */
  listJoin(): Promise<readonly Message[]>;
  /** The first 10 users, each with all messages. */
  prefetch(): Promise<readonly User[]>;
  /** The 50 open messages with at least 25 likes that have most, then by key. */
  filterOrder(): Promise<readonly Message[]>;
  /** The first 20 users with how many messages each has. */
  aggregate(): Promise<readonly User[]>;
  /** Writes one message, and gives its key. */
  insertOne(): Promise<number>;
  /** Writes 1,000 messages, and gives their keys. */
  bulkInsert(): Promise<readonly number[]>;
  /** Sets the likes of one message, found by its key, and gives how many were changed. */
  updateFilter(id: number): Promise<number>;
  toMessage(message: Message): MessageAnswer;
  /** The name of a message's author, loaded along. */
  authorName(message: Message): string;
  /** A user's key, and the messages that were loaded. */
  messagesOf(user: User): Promise<readonly [id: number, messages: readonly Message[]]>;
  countOf(user: User): readonly [id: number, messages: number];
}

export const userCount = 100;
export const messageCount = 10_000;

/** The rows that every contender does, each on 1 and on 32 flows; and `answers`, which are to be compared. */
export function ormRows<M, U>(contender: OrmContender<M, U>): Readonly<Record<string, Row>> {
  let next = 0;
  const key = (): number => (next++ % messageCount) + 1;
  const works: Readonly<Record<string, () => Promise<number>>> = {
    getByPk: () => contender.getByPk(key()).then(() => 1),
    listJoin: () => contender.listJoin().then(() => 1),
    prefetch: () => contender.prefetch().then(() => 1),
    filterOrder: () => contender.filterOrder().then(() => 1),
    aggregate: () => contender.aggregate().then(() => 1),
    insertOne: () => contender.insertOne().then(() => 1),
    bulkInsert: () => contender.bulkInsert().then(() => 1),
    updateFilter: () => contender.updateFilter(key()).then(() => 1),
  };
  const rows: Record<string, Row> = { answers: async () => ({ ...(await answersOf(contender)), ...nothing }) };
  for (const [name, work] of Object.entries(works)) {
    for (const concurrency of [1, 32]) rows[`${name}-${concurrency}`] = (seconds) => repeat(seconds, concurrency, work);
  }
  return rows;
}

const nothing = { done: 0, seconds: 0, latenciesMs: [] };

async function answersOf<M, U>(contender: OrmContender<M, U>): Promise<{ readonly answers: object }> {
  const listed = await contender.listJoin();
  const users = await contender.prefetch();
  const prefetched = await Promise.all(users.map((user) => contender.messagesOf(user)));
  const before = {
    one: contender.toMessage(await contender.getByPk(77)),
    listed: listed.map((message) => [contender.toMessage(message), contender.authorName(message)]),
    prefetched: prefetched.map(([id, messages]) => [
      id,
      messages.map((message) => contender.toMessage(message)).sort(([a], [b]) => a - b),
    ]),
    ordered: (await contender.filterOrder()).map((message) => contender.toMessage(message)),
    counted: (await contender.aggregate()).map((user) => contender.countOf(user)),
  };
  const changed = await contender.updateFilter(77);
  const inserted = await contender.insertOne();
  const many = await contender.bulkInsert();
  const after = [
    contender.toMessage(await contender.getByPk(77)),
    contender.toMessage(await contender.getByPk(inserted)),
  ];
  // The time that it was written is the one thing that differs.
  const stored = after.map(([id, author, text, likes, isOpen]) => [id, author, text, likes, isOpen]);
  return { answers: { ...before, changed, inserted, many: [many.length, many[0], many.at(-1)], stored } };
}
