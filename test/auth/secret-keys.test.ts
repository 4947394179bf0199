import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { cookieSessions, databaseSessions, type SessionEngine } from "hotclub/sessions";
import { TestSite } from "hotclub/testing";
import { expect, test } from "vitest";

import { scratch } from "../project/scratch.js";
import { club, rightFor, someone } from "./site.js";

const [old, young] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")];

test.each<[string, (keys: readonly string[]) => SessionEngine]>([
  ["the database", () => databaseSessions()],
  ["their cookies", (keys) => cookieSessions(keys)],
])("with sessions in %s, users stay logged in while their key is among the fallbacks", async (_, engine) => {
  const databaseUrl = `sqlite:${join(await scratch(), "club.db")}`;
  /** The site as it is when it was started with these keys; gives who the cookies are of. */
  const serve = async <T>(keys: readonly string[], visit: (site: TestSite) => Promise<T>): Promise<T> => {
    const [secretKey = "", ...secretKeyFallbacks] = keys;
    const site = await TestSite.open(club({ engine: engine(keys) }), {
      databaseUrl,
      redisUrl: null,
      secretKey,
      secretKeyFallbacks,
    });
    try {
      return await visit(site);
    } finally {
      await site.close();
    }
  };
  /** Who a cookie is of, and the cookie that its visitor has then. */
  const visit = async (site: TestSite, cookie: string) => {
    const client = site.client();
    const page = await client.get("/me/", { headers: { cookie } });
    const renewed = client.cookies.headerFor(new URL("http://localhost/"));
    return { name: (page.json() as { name: string }).name, cookie: renewed ?? cookie };
  };
  const cookies = await serve([old], async (site) => {
    await someone("django");
    const logIn = async () => {
      const client = site.client();
      await client.post("/login/", rightFor("django"));
      return client.cookies.headerFor(new URL("http://localhost/")) ?? "";
    };
    return [await logIn(), await logIn()] as const;
  });
  const renewed = await serve([young, old], (site) => visit(site, cookies[0]));
  expect(renewed.name).toBe("django");
  await serve([young], async (site) => {
    // Who came while both were good has a session by the new one; who did not has to log in again.
    expect((await visit(site, renewed.cookie)).name).toBe("django");
    expect((await visit(site, cookies[1])).name).toBe("");
  });
});
