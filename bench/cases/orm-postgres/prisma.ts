import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { newPostgresDatabase } from "../../load/orm-data.js";
import { type OrmContender, ormRows } from "../../load/orm-rows.js";
import { leaveOut, offerRows } from "../../load/rows.js";

interface Message {
  readonly id: bigint;
  readonly authorId: bigint;
  readonly text: string;
  readonly likes: bigint;
  readonly open: boolean;
  readonly sentAt: Date;
  readonly author?: { readonly username: string };
}
interface User {
  readonly id: bigint;
  readonly messages?: readonly Message[];
  readonly _count?: { readonly messages: number };
}
/** What is used here of the client that Prisma writes for a schema. */
interface PrismaClient {
  readonly message: {
    findUnique(query: object): Promise<Message>;
    findMany(query: object): Promise<readonly Message[]>;
    create(query: object): Promise<{ id: bigint }>;
    createManyAndReturn(query: object): Promise<readonly { id: bigint }[]>;
    updateMany(query: object): Promise<{ count: number }>;
  };
  readonly user: { findMany(query: object): Promise<readonly User[]> };
}

const schema = `generator client {
  provider = "prisma-client-js"
  output = "./client"
  engineType = "client"
}
datasource db {
  provider = "postgresql"
}
model User {
  id BigInt @id @default(autoincrement())
  username String
  messages Message[]
  @@map("bench_user")
}
model Message {
  id BigInt @id @default(autoincrement())
  authorId BigInt @map("author_id")
  author User @relation(fields: [authorId], references: [id])
  text String
  likes BigInt
  open Boolean
  sentAt DateTime @map("sent_at") @db.Timestamptz(3)
  @@map("bench_message")
}
`;

/**
 * Prisma is three hundred megabytes with its tools, and wants to fetch a program from elsewhere when it is installed:
 * so it is no dependency here, but taken from a directory of its own.
 */
const { PRISMA_PATH: directory } = process.env;
if (directory === undefined) {
  leaveOut(
    "set PRISMA_PATH to a directory in which `npm install --ignore-scripts prisma@7 @prisma/client@7 @prisma/adapter-pg@7` was run",
  );
} else {
  offerRows(ormRows(contenderOf(await openPrisma(directory))));
}

async function openPrisma(parent: string): Promise<PrismaClient> {
  const folder = join(parent, `bench-${process.pid}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "schema.prisma"), schema);
  writeFileSync(join(folder, "prisma.config.ts"), 'export default { schema: "schema.prisma" };\n');
  const require = createRequire(join(folder, "bench.js"));
  // The client needs no engine; that the generator looks for one is all it does with it.
  execFileSync(process.execPath, [require.resolve("prisma/build/index.js"), "generate"], {
    cwd: folder,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
    stdio: "pipe",
  });
  const { PrismaClient: Client } = require("./client/index.js") as {
    PrismaClient: new (options: object) => PrismaClient;
  };
  const { PrismaPg } = require("@prisma/adapter-pg") as { PrismaPg: new (options: object) => object };
  return new Client({ adapter: new PrismaPg({ connectionString: await newPostgresDatabase(), max: 10 }) });
}

function contenderOf({ message, user }: PrismaClient): OrmContender<Message, User> {
  const fresh = () => ({ authorId: 1n, text: "x", likes: 0n, open: true, sentAt: new Date() });
  const byKey = { orderBy: { id: "asc" } };
  return {
    getByPk: (id) => message.findUnique({ where: { id } }),
    listJoin: () => message.findMany({ where: { likes: { lt: 10 } }, include: { author: true }, ...byKey, take: 100 }),
    prefetch: () => user.findMany({ include: { messages: true }, ...byKey, take: 10 }),
    filterOrder: () =>
      message.findMany({
        where: { likes: { gte: 25 }, open: true },
        orderBy: [{ likes: "desc" }, { id: "asc" }],
        take: 50,
      }),
    aggregate: () => user.findMany({ include: { _count: { select: { messages: true } } }, ...byKey, take: 20 }),
    insertOne: async () => Number((await message.create({ data: fresh(), select: { id: true } })).id),
    bulkInsert: async () => {
      const data = Array.from({ length: 1000 }, fresh);
      const rows = await message.createManyAndReturn({ data, select: { id: true } });
      return rows.map(({ id }) => Number(id));
    },
    updateFilter: async (id) => (await message.updateMany({ where: { id }, data: { likes: 3 } })).count,
    toMessage: ({ id, authorId, text, likes, open, sentAt }) => [
      Number(id),
      Number(authorId),
      text,
      Number(likes),
      open,
      sentAt.getTime(),
    ],
    authorName: ({ author }) => author?.username ?? "",
    messagesOf: async ({ id, messages = [] }) => [Number(id), messages] as const,
    countOf: ({ id, _count }) => [Number(id), _count?.messages ?? 0] as const,
  };
}
