import { offerCompiles } from "../../load/compile.js";
import { models, routes } from "./size.js";

/** The same tables for drizzle, and its queries behind fastify's routes. */
const tables = Array.from({ length: models }, (_, index) => [
  `export const m${index} = pgTable("m${index}", {`,
  "  id: serial().primaryKey(),",
  ...[0, 1, 2, 3, 4, 5].map((n) => `  text${n}: varchar({ length: 40 }).notNull(),`),
  ...[0, 1, 2].map((n) => `  number${n}: integer().notNull().default(0),`),
  "  at: timestamp().notNull().defaultNow(),",
  "  note: text(),",
  `  firstId: integer().notNull().references((): AnyPgColumn => m${(index * 7 + 1) % models}.id),`,
  `  secondId: integer().references((): AnyPgColumn => m${(index * 7 + 14) % models}.id),`,
  "});",
]);
const pages = Array.from({ length: routes }, (_, index) => {
  const [own, first] = [`m${index % models}`, `m${((index % models) * 7 + 1) % models}`];
  return [
    `app.get<{ Params: { pk: string; text: string } }>("/page-${index}/:pk/:text/", async ({ params: { pk, text } }, reply) => {`,
    `  const [row] = await db.select().from(${own}).innerJoin(first${index}, eq(${own}.firstId, first${index}.id)).where(and(eq(${own}.id, Number(pk)), eq(first${index}.text0, text)));`,
    `  const rows = await db.select({ text1: ${own}.text1, text2: first${index}.text2 }).from(${own}).innerJoin(first${index}, eq(${own}.firstId, first${index}.id)).where(and(eq(${own}.firstId, row?.${own}.id ?? 0), gte(${own}.number0, 3))).orderBy(desc(${own}.at));`,
    `  return reply.send({ text: row?.${own}.text0, at: row?.${own}.at, rows });`,
    "});",
  ].concat(`const first${index} = alias(${first}, "first");`);
});
const names = Array.from({ length: models }, (_, index) => `m${index}`).join(", ");
offerCompiles({
  "models.ts": [
    'import { type AnyPgColumn, integer, pgTable, serial, text, timestamp, varchar } from "drizzle-orm/pg-core";',
    ...tables.flat(),
    "",
  ].join("\n"),
  "routes.ts": [
    'import { and, desc, eq, gte } from "drizzle-orm";',
    'import { alias } from "drizzle-orm/pg-core";',
    'import { drizzle } from "drizzle-orm/postgres-js";',
    'import { fastify } from "fastify";',
    'import postgres from "postgres";',
    `import { ${names} } from "./models.js";`,
    "const db = drizzle(postgres());",
    "const app = fastify();",
    ...pages.flat(),
    "",
  ].join("\n"),
});
