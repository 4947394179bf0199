import postgres from "postgres";

/** How many rows there are. */
export const rowCount = 1_000_000;
export const loginPath = "/login/";
/** A list as the staff use it: narrowed by a choice, ordered by a column, the counts of the choices not asked for. */
export const listPath = "/admin/bench/ticket/?state=open&o=-openedAt";

/** Fills the table, and tells how the database finds a page of it. */
export async function fillTickets(url: string): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice() {} });
  await sql.unsafe(`
    INSERT INTO bench_owner (name) SELECT 'Owner ' || n FROM generate_series(1, 1000) n;
    INSERT INTO bench_ticket (title, state, owner_id, opened_at)
      SELECT 'Ticket ' || n, (ARRAY['open', 'done', 'lost'])[1 + n % 3], 1 + n % 1000,
             timestamptz '2026-01-01' - n * interval '1 minute'
      FROM generate_series(1, ${rowCount}) n;
    ANALYZE;`);
  const plan = await sql.unsafe(`EXPLAIN (ANALYZE, COSTS OFF, SUMMARY OFF)
    SELECT * FROM bench_ticket t JOIN bench_owner o ON o.id = t.owner_id
    WHERE t.state = 'open' ORDER BY t.opened_at DESC, t.id DESC LIMIT 100`);
  await sql.end();
  return plan.map((row) => String(row["QUERY PLAN"])).join("\n");
}
