import { User } from "hotclub/auth";
import type { TestSite } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openSite, rightFor, someone } from "./site.js";

/** How long what is sure to come may take, on a machine that has other things to do. */
const waitMs = 20_000;

let site: TestSite;
beforeEach(async () => {
  site = await openSite();
  await someone("django");
  await someone("stephane");
});
afterEach(() => site.close());

async function loggedIn(name: string) {
  const client = site.client();
  await client.post("/login/", rightFor(name));
  return client;
}

async function open(client: ReturnType<TestSite["client"]>) {
  const socket = client.websocket("/ws/");
  expect(await socket.connect(waitMs)).toMatchObject({ accepted: true });
  return { socket, name: ((await socket.receiveJson(waitMs)) as { name: string }).name };
}

describe("the sockets of a user", () => {
  test("know who she is", async () => {
    expect((await open(await loggedIn("django"))).name).toBe("django");
    expect((await open(site.client())).name).toBe("");
  });

  test("are closed when she logs out; those of her other logins and of others are not", async () => {
    const [phone, desk] = [await loggedIn("django"), await loggedIn("django")];
    const [onPhone, onDesk, other] = [await open(phone), await open(desk), await open(await loggedIn("stephane"))];
    await phone.post("/logout/");
    expect((await onPhone.socket.closed(waitMs)).code).toBe(4501);
    for (const { socket, name } of [onDesk, other]) {
      socket.send("who");
      expect(await socket.receiveJson(waitMs)).toEqual({ name });
    }
  });

  test("are closed past what waits for the consumer", async () => {
    const client = await loggedIn("django");
    const { socket } = await open(client);
    socket.send("block");
    socket.send("who");
    await client.post("/logout/");
    expect((await socket.closed(waitMs)).code).toBe(4501);
  });

  test("are closed when she may not use the site any more: saved, updated or deleted", async () => {
    const ways = [
      async () => {
        const user = await User.get({ username: "django" });
        await user.assign({ isActive: false }).save();
      },
      () => User.filter({ username: "stephane" }).update({ isActive: false }),
      async () => (await User.get({ username: "joseph" })).delete(),
    ];
    await someone("joseph");
    for (const [index, name] of ["django", "stephane", "joseph"].entries()) {
      const { socket } = await open(await loggedIn(name));
      await ways[index]?.();
      expect((await socket.closed(waitMs)).code).toBe(4501);
    }
  });

  test("are closed when her password is changed, and may come back with the session that it was changed in", async () => {
    const [here, elsewhere] = [await loggedIn("django"), await loggedIn("django")];
    const [one, other] = [await open(here), await open(elsewhere)];
    await here.post("/password/", { json: { password: "another one" } });
    expect((await one.socket.closed(waitMs)).code).toBe(4401);
    expect((await other.socket.closed(waitMs)).code).toBe(4401);
    expect((await open(here)).name).toBe("django");
    expect((await open(elsewhere)).name).toBe("");
  });

  test("see what was changed about her", async () => {
    const { socket } = await open(await loggedIn("django"));
    await User.filter({ username: "django" }).update({ firstName: "Django", lastName: "Reinhardt" });
    const names: string[] = [];
    while (names.at(-1) !== "Django Reinhardt") {
      socket.send("who");
      names.push(((await socket.receiveJson(waitMs)) as { name: string }).name);
    }
    expect(names[0] === "django" || names[0] === "Django Reinhardt").toBe(true);
  });

  test("cannot be opened with a session that is over", async () => {
    const client = await loggedIn("django");
    const cookie = client.cookies.headerFor(new URL("http://localhost/")) ?? "";
    await client.post("/logout/");
    const socket = site.client().websocket("/ws/", { headers: { cookie } });
    await socket.connect(waitMs);
    expect(await socket.receiveJson(waitMs)).toEqual({ name: "" });
  });
});
