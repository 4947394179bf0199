import { equal, ok } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp } from "../../load/http-load.js";
import { loginPath, pagePath, pageSize } from "./page.js";

/**
 * A page as most are: who sends the session's cookie is looked up in the database, so are 100 rows with their authors,
 * and a template shows them, everything escaped. Django does it on gunicorn, with one worker on one core as the others.
 */
export const page: BenchCase = {
  name: "page",
  title: "a page with 100 rows from PostgreSQL, through session, user and template",
  unit: "pages per CPU second",
  servers: ["ours", "bare", "django"],
  needs: ["postgres"],
  secondsBeside: { perServer: 2.5 },
  async check(port) {
    const cookie = await sessionCookie(port);
    const anonymous = await fetch(`http://127.0.0.1:${port}${pagePath}`);
    ok(!(await anonymous.text()).includes("Hello, django"), "a page for everybody is none of a user");
    const response = await fetch(`http://127.0.0.1:${port}${pagePath}`, { headers: { cookie } });
    const text = await response.text();
    equal(response.status, 200);
    ok(text.includes("Hello, django"));
    equal(text.match(/<tr>/g)?.length, pageSize);
    // Each escapes what is in the texts.
    ok(!text.includes("<b>"), "the texts are escaped");
  },
  async load(port, seconds) {
    const cookie = await sessionCookie(port);
    return loadHttp(port, { path: pagePath, headers: { cookie, accept: "text/html" } }, 16, seconds);
  },
};

async function sessionCookie(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${loginPath}`, { redirect: "manual" });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? "");
  ok(cookies.length > 0, "the login gives a session");
  return cookies.join("; ");
}
