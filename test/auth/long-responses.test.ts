import { EventStreamConsumer, http, HttpConsumer } from "hotclub";
import { login, User } from "hotclub/auth";
import { LiveServer } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { EventReader, type ReadEvent } from "../consumers/event-reader.js";
import { deferred } from "../deferred.js";
import { club, rightFor, someone } from "./site.js";

const ended: string[] = [];

/** Tells who listens; `?anonymous` asks for nobody. */
class Events extends EventStreamConsumer {
  override async connect() {
    const isAsked = this.request.query.get("anonymous") === null;
    const name = isAsked ? (await this.user).displayName : "whoever";
    void this.sendEvent({ data: name });
  }
  override disconnect() {
    ended.push(this.signal.aborted ? "aborted" : "not aborted");
  }
}

/** A body without end, at the pace of its client. */
class Download extends HttpConsumer {
  async get() {
    const user = await this.user;
    const { signal } = this;
    return this.stream(
      (async function* () {
        yield `for ${user.displayName}`;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      })(),
    );
  }
}

/** Logs in and streams to her at once, as a page of one step may. */
class EnterAndListen extends HttpConsumer {
  async post() {
    await login(this.scope, await User.get({ username: "django" }));
    const { signal } = this;
    return this.stream(
      (async function* () {
        yield "welcome";
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      })(),
    );
  }
}

let polls = deferred<string>();
class Poll extends HttpConsumer {
  async get() {
    polls.resolve((await this.user).displayName);
    return this.later({ timeoutMs: 600_000 });
  }
}

let server: LiveServer;
beforeEach(async () => {
  ended.length = 0;
  const routes = [
    http("/events/", Events),
    http("/download/", Download),
    http("/poll/", Poll),
    http("/enter/", EnterAndListen),
  ];
  server = await LiveServer.start(club({ routes }), { databaseUrl: "sqlite::memory:", redisUrl: null });
  await someone("django");
  await someone("stephane");
});
afterEach(() => server.close());

function cookieOf({ headers }: Response): string {
  return headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

/** A visitor with a cookie. */
async function loggedIn(name: string) {
  const { json } = rightFor(name);
  const post = (path: string, cookie = "", body: object = {}) =>
    fetch(server.url + path, {
      method: "POST",
      headers: { cookie, origin: server.url, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const answer = await post("/login/", "", json);
  const cookie = cookieOf(answer);
  return {
    cookie,
    get: (path: string) => fetch(server.url + path, { headers: { cookie } }),
    events: (path = "/events/") => EventReader.open(server.url + path, { headers: { cookie } }),
    post: (path: string, body?: object) => post(path, cookie, body),
  };
}

/** Without what keeps a connection open. */
const eventsOf = (blocks: readonly ReadEvent[]) => blocks.filter(({ data }) => data !== undefined);

describe("a stream of events", () => {
  test("ends when its user logs out; those of her other logins, of others and of nobody go on", async () => {
    const [phone, desk, other] = [await loggedIn("django"), await loggedIn("django"), await loggedIn("stephane")];
    const [onPhone, onDesk] = [await phone.events(), await desk.events()];
    const others = await other.events();
    const nobodys = await phone.events("/events/?anonymous");
    expect((await onPhone.event()).data).toBe("django");
    await phone.post("/logout/");
    expect(eventsOf(await onPhone.rest())).toEqual([]);
    await vi.waitFor(() => expect(ended).toEqual(["aborted"]), { timeout: 20_000 });
    expect((await onDesk.event()).data).toBe("django");
    expect((await others.event()).data).toBe("stephane");
    expect((await nobodys.event()).data).toBe("whoever");
    expect((await (await phone.events()).event()).data).toBe("");
  });

  test.each([
    ["deactivated", () => User.filter({ username: "django" }).update({ isActive: false })],
    ["deleted", async () => (await User.get({ username: "django" })).delete()],
    ["given another password", async () => (await (await User.get({ username: "django" })).setPassword("x")).save()],
  ])("ends when its user is %s", async (_, change) => {
    const events = await (await loggedIn("django")).events();
    expect((await events.event()).data).toBe("django");
    await change();
    expect(eventsOf(await events.rest())).toEqual([]);
  });
});

test("a download is cut, not ended, when its user logs out: nobody takes a part for the whole", async () => {
  const client = await loggedIn("django");
  const reader = (await client.get("/download/")).body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("for django");
  await client.post("/logout/");
  await expect(reader?.read()).rejects.toThrow(TypeError);
});

test("a response that was to come later is a refusal when its user may not have it any more", async () => {
  const client = await loggedIn("django");
  polls = deferred();
  const answer = client.get("/poll/");
  expect(await polls.promise).toBe("django");
  await client.post("/logout/");
  expect((await answer).status).toBe(403);
});

test.each([
  ["of a visitor without a cookie", async () => ""],
  ["of somebody else's session", async () => (await loggedIn("stephane")).cookie],
])("a stream that begins in the request of the login itself, %s, ends with that login", async (_, before) => {
  const cookie = await before();
  const headers = { origin: server.url, ...(cookie !== "" && { cookie }) };
  const answer = await fetch(`${server.url}/enter/`, { method: "POST", headers });
  const reader = answer.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("welcome");
  await fetch(`${server.url}/logout/`, { method: "POST", headers: { origin: server.url, cookie: cookieOf(answer) } });
  await expect(reader?.read()).rejects.toThrow(TypeError);
});
