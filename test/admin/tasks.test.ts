import { afterEach, beforeEach, expect, test } from "vitest";

import type { TaskScope } from "../../src/core/index.js";
import { type TestClient, TestSite } from "../../src/testing/index.js";
import { task } from "../../src/workers/index.js";
import { loggedIn, shopProject, staff } from "./site.js";

let isMended = false;
const mend = task("shop.mend", { queue: "mending" }, async (_run, { what }: { what: string }) => {
  if (!isMended) throw new RangeError(`<b>${what}</b> is broken`);
  return what;
});

let site: TestSite;
let master: TestClient;
let scope: TaskScope;
beforeEach(async () => {
  isMended = false;
  site = await TestSite.open(shopProject(undefined, { tasks: [mend] }), { databaseUrl: "sqlite::memory:" });
  const user = await staff("django");
  master = await loggedIn(site, "django");
  const carried = { user: { user: String(user.pk), backend: "model" } };
  scope = { type: "task", id: "other", name: "other", queue: "other", attempt: 1, requestId: "r", state: {}, carried };
});
afterEach(() => site.close());

const failed = "/admin/_tasks/?queue=mending&state=failed";

test("a superuser sees what queues have, who asked for a task and why it failed, and has it run again", async () => {
  const handle = await mend.enqueue({ what: "string" }, { scope });
  await expect(handle.result({ timeoutMs: 20_000 })).rejects.toThrow("is broken");
  const queues = await master.get("/admin/_tasks/");
  expect(queues.text).toContain('aria-label="1 failed in mending"');
  expect((await master.get("/admin/")).text).toContain('href="/admin/_tasks/"');
  const list = await master.get(failed);
  expect(list.text).toContain(handle.id);
  expect(list.text).toContain('<td data-label="Asked by">django</td>');
  expect(list.text).toContain("&lt;b&gt;string&lt;/b&gt; is broken");

  isMended = true;
  const answer = await master.post(failed, { form: { task: handle.id, do: "retry" } });
  expect([answer.status, answer.header("location")]).toEqual([303, failed]);
  expect(await handle.result({ timeoutMs: 20_000 })).toBe("string");
  const after = await master.get(failed);
  expect(after.text).toContain(`The task runs again: ${handle.id}`);
  expect(after.text).toContain("There are none.");
  await master.post(failed, { form: { task: handle.id, do: "retry" } });
  expect((await master.get(failed)).text).toContain("It is not there any more");
});

test("what waits is cancelled, and what is over forgotten", async () => {
  const delayed = "/admin/_tasks/?queue=mending&state=delayed";
  const cancelled = "/admin/_tasks/?queue=mending&state=cancelled";
  const handle = await mend.enqueue({ what: "string" }, { delayMs: 3_600_000 });
  expect((await master.get(delayed)).text).toContain(handle.id);
  await master.post(delayed, { form: { task: handle.id, do: "cancel" } });
  expect((await handle.status()).state).toBe("cancelled");
  await master.post(delayed, { form: { task: "nobody", do: "cancel" } });
  await master.post(delayed, { form: { task: "../x", do: "constructor" } });
  expect((await master.get(cancelled)).text).toContain(handle.id);
  await master.post(cancelled, { form: { task: handle.id, do: "forget" } });
  await expect(handle.status()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
});

test("only superusers see tasks and change them, and what there is not is not asked for", async () => {
  const handle = await mend.enqueue({ what: "string" }, { delayMs: 3_600_000 });
  await staff("clerk", ["shop.view_product"]);
  const clerk = await loggedIn(site, "clerk");
  expect((await clerk.get("/admin/_tasks/")).status).toBe(403);
  expect((await clerk.get("/admin/")).text).not.toContain("_tasks/");
  const change = { form: { task: handle.id, do: "cancel" } };
  expect((await clerk.post("/admin/_tasks/?queue=mending&state=delayed", change)).status).toBe(403);
  expect((await site.client().get("/admin/_tasks/")).status).toBe(303);
  expect((await handle.status()).state).toBe("delayed");
  for (const query of [
    "queue=%00&state=failed",
    "queue=a&state=none",
    "queue=a&state=failed&p=-1",
    "queue=a&backend=x",
  ]) {
    const page = await master.get(`/admin/_tasks/?${query}`);
    expect([page.status, page.text.includes('id="tasks"')]).toEqual([200, false]);
  }
});
