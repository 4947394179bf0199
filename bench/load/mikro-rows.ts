import { BigIntType, Collection, EntitySchema, raw, type MikroORM } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/knex";

import type { OrmContender } from "./orm-rows.js";

export class MikroUser {
  declare id: number;
  declare username: string;
  messages = new Collection<MikroMessage>(this);
  /** Where messages were counted. */
  declare readonly n?: number | string;
}

export class MikroMessage {
  declare id: number;
  declare author: MikroUser;
  declare text: string;
  declare likes: number;
  declare open: boolean;
  declare sentAt: Date;
}

const integer = new BigIntType("number");

export const entities = [
  new EntitySchema<MikroUser>({
    class: MikroUser,
    tableName: "bench_user",
    properties: {
      id: { type: integer, primary: true, autoincrement: true },
      username: { type: "string", length: 40 },
      messages: { kind: "1:m", entity: () => MikroMessage, mappedBy: "author" },
      n: { type: "number", persist: false },
    },
  }),
  new EntitySchema<MikroMessage>({
    class: MikroMessage,
    tableName: "bench_message",
    properties: {
      id: { type: integer, primary: true, autoincrement: true },
      author: { kind: "m:1", entity: () => MikroUser, fieldName: "author_id" },
      text: { type: "text" },
      likes: { type: integer },
      open: { type: "boolean" },
      sentAt: { type: "datetime", fieldName: "sent_at" },
    },
  }),
];

/**
 * The same queries with MikroORM, each in an entity manager of its own as in a request. What writes goes past the unit
 * of work, which takes several times as long; but for the insert of many rows, whose keys are not told otherwise.
 */
export function mikroContender(orm: MikroORM): OrmContender<MikroMessage, MikroUser> {
  const fork = (): SqlEntityManager => orm.em.fork() as SqlEntityManager;
  const fresh = () => ({ author: 1, text: "x", likes: 0, open: true, sentAt: new Date() });
  return {
    getByPk: (id) => fork().findOneOrFail(MikroMessage, { id }),
    listJoin: () =>
      fork().find(
        MikroMessage,
        { likes: { $lt: 10 } },
        { populate: ["author"], strategy: "joined", orderBy: { id: "asc" }, limit: 100 },
      ),
    prefetch: () =>
      fork().find(MikroUser, {}, { populate: ["messages"], strategy: "select-in", orderBy: { id: "asc" }, limit: 10 }),
    filterOrder: () =>
      fork().find(
        MikroMessage,
        { likes: { $gte: 25 }, open: true },
        { orderBy: { likes: "desc", id: "asc" }, limit: 50 },
      ),
    aggregate: () =>
      fork()
        .createQueryBuilder(MikroUser, "u")
        .select(["u.id", "u.username", raw("count(m.id) as n")])
        .leftJoin("u.messages", "m")
        .groupBy("u.id")
        .orderBy({ id: "asc" })
        .limit(20)
        .execute<MikroUser[]>("all"),
    insertOne: async () => {
      // Of PostgreSQL it is text, whatever its type says.
      const key: unknown = await fork().insert<MikroMessage>(MikroMessage, fresh());
      return Number(key);
    },
    bulkInsert: async () => {
      const em = fork();
      const made = Array.from({ length: 1000 }, () => em.create(MikroMessage, fresh()));
      await em.persistAndFlush(made);
      return made.map(({ id }) => id);
    },
    updateFilter: (id) => fork().nativeUpdate(MikroMessage, { id }, { likes: 3 }),
    toMessage: ({ id, author, text, likes, open, sentAt }) => [id, author.id, text, likes, open, sentAt.getTime()],
    authorName: ({ author }) => author.username,
    messagesOf: async (user) => [user.id, user.messages.getItems()],
    countOf: ({ id, n }: { readonly id: unknown; readonly n?: unknown }) => [Number(id), Number(n)],
  };
}
