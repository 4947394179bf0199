import postgres from "postgres";

/** The databases that services make for one run: nobody else has any of such a name. */
const ownName = /^\/(hotclub_test_[0-9a-f]{32})$/;

/** What a server of a case calls its own database on the server of `DATABASE_URL`, so that it is found again. */
export function databaseName(url: string): string {
  return `${ownName.exec(pathOf(url))?.[1] ?? "bench"}_${process.pid}`;
}

/**
 * Drops what servers of cases have made beside the database that was made for this run: they are killed, and clear
 * nothing up. Where the server is gone, they are, too.
 */
export async function dropDatabasesOf(url = process.env["DATABASE_URL"] ?? ""): Promise<void> {
  const own = ownName.exec(pathOf(url))?.[1];
  if (own === undefined) return;
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice() {} });
  try {
    const found = await sql<{ name: string }[]>`SELECT datname AS name FROM pg_database
      WHERE datname ~ ${`^${own}_[0-9]+$`}`;
    for (const { name } of found) await sql.unsafe(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  } catch {
    // Nothing that was measured hangs on it.
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : "";
}
