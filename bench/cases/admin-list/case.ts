import { equal, ok } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp } from "../../load/http-load.js";
import { listPath, loginPath } from "./list.js";

/** The list of a large table in the admin, for one reader: what she waits for is the time to the answer, `p50 ms`. */
export const adminList: BenchCase = {
  name: "admin-list",
  title:
    "the admin's list of 1,000,000 rows on PostgreSQL, narrowed and ordered, for one reader; asked for: under 150 ms",
  unit: "pages per CPU second",
  servers: ["ours", "bare"],
  needs: ["postgres"],
  // A million rows each.
  secondsBeside: { perServer: 12 },
  async check(port) {
    const response = await fetch(`http://127.0.0.1:${port}${listPath}`, { headers: { cookie: await cookieOf(port) } });
    equal(response.status, 200);
    const text = await response.text();
    equal(text.match(/<tr data-key=/g)?.length, 100);
    ok(text.includes("over 10,000"));
  },
  async load(port, seconds) {
    const headers = { cookie: await cookieOf(port), accept: "text/html" };
    return loadHttp(port, { path: listPath, headers }, 1, seconds);
  },
};

async function cookieOf(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${loginPath}`, { redirect: "manual" });
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0] ?? "")
    .join("; ");
}
