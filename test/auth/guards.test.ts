import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { http, HttpConsumer, include, websocket, WebSocketConsumer } from "hotclub";
import {
  loginNotRequired,
  loginRequired,
  Permission,
  permissionRequired,
  requireUser,
  User,
  userPasses,
} from "hotclub/auth";
import type { TestSite } from "hotclub/testing";
import { afterEach, describe, expect, test } from "vitest";

import { openSite, rightFor, someone } from "./site.js";

class Page extends HttpConsumer {
  get() {
    return this.text("inside");
  }
  post() {
    return this.text("inside");
  }
}
class Own extends Page {
  static middleware = [loginRequired()];
}
class Open extends Page {
  static readonly exempt = [loginNotRequired];
}
class Asking extends HttpConsumer {
  async get() {
    return this.text((await requireUser(this.scope)).username);
  }
}
class Talk extends WebSocketConsumer {}
class Shown extends HttpConsumer {
  get() {
    return this.render("shown.liquid");
  }
}

const routes = [
  http("/one/", Page, { middleware: [loginRequired()] }),
  http("/own/", Own),
  http("/asking/", Asking),
  include("/band/", [http("/", Page), websocket("/ws/", Talk)], {
    middleware: [permissionRequired("auth.view_group")],
  }),
  http("/staff/", Page, { middleware: [userPasses((user) => user.isStaff)] }),
  http("/elsewhere/", Page, { middleware: [loginRequired({ loginUrl: "/enter/?by=name" })] }),
  http("/open/", Open),
  http("/shown/", Shown),
];
const browser = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };

let site: TestSite;
afterEach(() => site.close());

async function loggedIn(name = "django") {
  const client = site.client();
  await client.post("/login/", rightFor(name));
  return client;
}

describe("a guard", () => {
  test("sends browsers to log in, and to come back then; refuses all others", async () => {
    site = await openSite({ routes });
    const client = site.client();
    for (const path of ["/one/?page=2", "/own/?page=2", "/band/?page=2", "/staff/?page=2"]) {
      const page = await client.get(path, browser);
      expect([page.status, page.location]).toEqual([303, `/accounts/login/?next=${encodeURIComponent(path)}`]);
      expect((await client.get(path)).status).toBe(403);
      expect((await client.get(path, { headers: { accept: "application/json" } })).json()).toMatchObject({
        code: "AUTH_LOGIN_REQUIRED",
      });
    }
    expect((await client.get("/elsewhere/", browser)).location).toBe("/enter/?by=name&next=%2Felsewhere%2F");
    expect((await client.post("/one/", browser)).location).toBe("/accounts/login/?next=%2F");
    expect((await client.get("/asking/")).status).toBe(403);
  });

  test("lets in who has logged in, and may", async () => {
    site = await openSite({ routes });
    const user = await someone("django");
    const client = await loggedIn();
    expect((await client.get("/one/")).text).toBe("inside");
    expect((await client.get("/own/")).text).toBe("inside");
    expect((await client.get("/asking/")).text).toBe("django");
    for (const path of ["/band/", "/staff/"]) expect((await client.get(path, browser)).status).toBe(403);
    await user.userPermissions.add(await Permission.get({ codename: "view_group" }));
    await User.filter({ pk: user.pk }).update({ isStaff: true });
    for (const path of ["/band/", "/staff/"]) expect((await client.get(path)).text).toBe("inside");
  });

  test("refuses sockets before they are accepted", async () => {
    site = await openSite({ routes });
    expect(await site.client().websocket("/band/ws/").connect(20_000)).toMatchObject({ accepted: false, status: 403 });
    await someone("django");
    expect(await (await loggedIn()).websocket("/band/ws/").connect(20_000)).toMatchObject({
      accepted: false,
      status: 403,
    });
    await someone("boss", { isSuperuser: true });
    expect(await (await loggedIn("boss")).websocket("/band/ws/").connect(20_000)).toMatchObject({ accepted: true });
  });

  test("around the whole site lets everybody to the consumers that say so, and to what is not there", async () => {
    site = await openSite({ routes, middleware: [loginRequired()] });
    const client = site.client();
    expect((await client.get("/plain/")).status).toBe(403);
    expect((await client.get("/open/")).text).toBe("inside");
    expect((await client.get("/nowhere/")).status).toBe(404);
    expect(await client.websocket("/ws/").connect(20_000)).toMatchObject({ accepted: false, status: 403 });
  });
});

test("templates know the user and what she may do", async () => {
  const templates = await mkdtemp(join(tmpdir(), "hotclub-"));
  await writeFile(
    join(templates, "shown.liquid"),
    "{{ user.displayName }}|{{ user.isAuthenticated }}|{% if perms.auth.view_group %}groups{% endif %}{% if perms.auth.add_group %}adds{% endif %}{% if perms.chat %}chat{% endif %}|{{ user.checkPassword }}",
  );
  site = await openSite({ routes, templates });
  expect((await site.client().get("/shown/")).text).toBe("|false||");
  const user = await someone("django");
  await user.userPermissions.add(await Permission.get({ codename: "view_group" }));
  expect((await (await loggedIn()).get("/shown/")).text).toBe("django|true|groups|");
});
