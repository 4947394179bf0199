import { http, HttpConsumer, websocket, WebSocketConsumer } from "hotclub";
import { authenticate, login, logout, requireUser, updateSessionAuthHash, User, userOf } from "hotclub/auth";
import type { TestSite } from "hotclub/testing";
import { task, TaskConsumer } from "hotclub/workers";
import { afterEach, beforeEach, expect, test } from "vitest";

import { deferred } from "../deferred.js";
import { openSite, rightFor, someone } from "./site.js";

/** How long what is sure to come may take, on a machine that has other things to do. */
const waitMs = 20_000;

class Hail extends TaskConsumer<undefined, string> {
  async run() {
    const user = await this.user;
    return `Hello, ${user.isAuthenticated ? user.username : "whoever you are"}`;
  }
}
const hail = task("hail", {}, Hail);
const nameOfUser = task("nameOfUser", {}, async (run) => (await run.user).displayName);
const nameByScope = task(
  "nameByScope",
  {},
  class extends TaskConsumer<undefined, string> {
    async run() {
      return (await userOf(this.scope)).displayName;
    }
  },
);
const onward = task("onward", {}, async () => (await nameOfUser.enqueue()).id);
let gate = deferred<void>();
const patient = task("patient", {}, async (run) => {
  await gate.promise;
  return (await run.user).displayName;
});

const tasks = [hail, nameOfUser, nameByScope, onward, patient];

/** Enqueues a task; asks nothing of the user itself. */
class Enqueue extends HttpConsumer<{ name: string }> {
  async post() {
    const wanted = tasks.find(({ name }) => name === this.params.name);
    return this.text((await wanted?.enqueue())?.id ?? "");
  }
}

class LogInFirst extends HttpConsumer {
  async post() {
    const user = await authenticate({ username: "django", password: "secret of django" });
    if (user === undefined) return this.text("wrong", { status: 400 });
    await login(this.scope, user);
    return this.text((await nameOfUser.enqueue()).id);
  }
}

class LogOutFirst extends HttpConsumer {
  async post() {
    await logout(this.scope);
    return this.text((await nameOfUser.enqueue()).id);
  }
}

class NewPassword extends HttpConsumer {
  async post() {
    const user = await requireUser(this.scope);
    await user.setPassword("something quite else");
    await user.save();
    const handle = await patient.enqueue();
    await updateSessionAuthHash(this.scope, user);
    return this.text(handle.id);
  }
}

class Socket extends WebSocketConsumer {
  override connect() {
    this.accept();
  }
  override async receive() {
    await this.sendJson((await nameOfUser.enqueue()).id);
  }
}

let site: TestSite;
beforeEach(async () => {
  gate = deferred<void>();
  site = await openSite({
    tasks,
    routes: [
      http("/enqueue/:name/", Enqueue),
      http("/log-in-first/", LogInFirst),
      http("/log-out-first/", LogOutFirst),
      http("/new-password/", NewPassword),
      websocket("/ws/enqueue/", Socket),
    ],
  });
  await someone("django");
});
afterEach(() => site.close());

async function loggedIn() {
  const client = site.client();
  await client.post("/login/", rightFor("django"));
  return client;
}

const resultOf = (id: string) => nameOfUser.handle(id).result({ timeoutMs: waitMs });

async function enqueued(client: ReturnType<TestSite["client"]>, path: string): Promise<string> {
  const answer = await client.post(path);
  expect(answer.status).toBe(200);
  return answer.text;
}

test("a task knows whose request enqueued it, as a class and as a function", async () => {
  const client = await loggedIn();
  expect(await resultOf(await enqueued(client, "/enqueue/hail/"))).toBe("Hello, django");
  for (const name of ["nameOfUser", "nameByScope"]) {
    expect(await resultOf(await enqueued(client, `/enqueue/${name}/`))).toBe("django");
  }
});

test("a task of nobody in particular has an anonymous user", async () => {
  expect(await resultOf(await enqueued(site.client(), "/enqueue/hail/"))).toBe("Hello, whoever you are");
  expect(await resultOf((await nameOfUser.enqueue()).id)).toBe("");
});

test("a request that nobody's cookie came with is not said to depend on cookies", async () => {
  const { headers } = await site.client().post("/enqueue/hail/");
  expect(headers.filter(([name]) => name.toLowerCase() === "vary").join()).not.toMatch(/cookie/i);
});

test("a task that a task enqueues has the same user", async () => {
  const id = await resultOf(await enqueued(await loggedIn(), "/enqueue/onward/"));
  expect(await resultOf(id)).toBe("django");
});

test("a task that a socket enqueues has the user of the socket", async () => {
  for (const [client, name] of [
    [await loggedIn(), "django"],
    [site.client(), ""],
  ] as const) {
    const socket = client.websocket("/ws/enqueue/");
    await socket.connect(waitMs);
    socket.send("enqueue");
    expect(await resultOf((await socket.receiveJson(waitMs)) as string)).toBe(name);
  }
});

test("who logs in by this very request has the task, who logs out has not", async () => {
  expect(await resultOf(await enqueued(site.client(), "/log-in-first/"))).toBe("django");
  expect(await resultOf(await enqueued(await loggedIn(), "/log-out-first/"))).toBe("");
});

test("it is her task still when she has logged out, or has another password", async () => {
  const client = await loggedIn();
  const ids = [await enqueued(client, "/enqueue/patient/"), await enqueued(client, "/new-password/")];
  await client.post("/logout/");
  gate.resolve();
  expect(await Promise.all(ids.map(resultOf))).toEqual(["django", "django"]);
});

test("who may not use the site any more when the task asks is nobody", async () => {
  const id = await enqueued(await loggedIn(), "/enqueue/patient/");
  await User.filter({ username: "django" }).update({ isActive: false });
  gate.resolve();
  expect(await resultOf(id)).toBe("");
});
