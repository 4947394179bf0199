import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import postgres from "postgres";

import { kyselyContender, type Tables } from "../../load/kysely-rows.js";
import { newPostgresDatabase } from "../../load/orm-data.js";
import { ormRows } from "../../load/orm-rows.js";
import { offerRows } from "../../load/rows.js";

const sql = postgres(await newPostgresDatabase(), { max: 10, onnotice() {} });

/** Hands each query to postgres.js, which has its own pool: no time is lost with taking a connection out of it. */
const connection: DatabaseConnection = {
  async executeQuery<R>({ sql: text, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const rows = await sql.unsafe(text, [...parameters] as never[], { prepare: true });
    return { rows: rows as unknown as R[], numAffectedRows: BigInt(rows.count ?? 0) };
  },
  streamQuery() {
    throw new Error("not needed here");
  },
};
const dialect: Dialect = {
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createDriver: () => ({
    async init() {},
    acquireConnection: async () => connection,
    async beginTransaction() {},
    async commitTransaction() {},
    async rollbackTransaction() {},
    async releaseConnection() {},
    destroy: () => sql.end(),
  }),
};
const fresh = () => ({ author_id: 1, text: "x", likes: 0, open: true, sent_at: new Date() });
offerRows(ormRows(kyselyContender(new Kysely<Tables>({ dialect }), fresh)));
