import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Project } from "hotclub/project";
import { passwordProblems } from "hotclub/security";
import { type TestClient, TestSite } from "hotclub/testing";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

// Not imported by its name: it says for its whole program who its users are, and this program has others.
const file = fileURLToPath(new URL("../../examples/chat/project.ts", import.meta.url));
const { default: project } = (await import(/* @vite-ignore */ file)) as { default: Project };

let site: TestSite;
let directory: string;
// The list of common passwords takes its time to load, which no request is to wait for.
beforeAll(() => passwordProblems(password));
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "chat-"));
  const settings = { databaseUrl: "sqlite::memory:", redisUrl: null, mediaRoot: directory, secretKey: "k".repeat(32) };
  site = await TestSite.open(project, { ...settings, logLevel: "silent", allowedHosts: ["localhost"] });
});
afterEach(async () => {
  await site.close();
  await rm(directory, { recursive: true, force: true });
});

const waitMs = { timeoutMs: 20_000 };
const password = "manoir de mes reves";

async function signUp(username: string): Promise<TestClient> {
  const client = site.client();
  const form = { username, email: "", password, again: password, isSuperuser: "1", isStaff: "1" };
  expect((await client.post("/accounts/sign-up/", { form, ...waitMs })).location).toBe("/");
  return client;
}

/** A picture of one pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe("accounts in the chat", () => {
  it("let somebody sign up, be seen by her name, and come back", async () => {
    const client = await signUp("django");
    expect((await client.get("/")).text).toContain("Log out");
    const socket = client.websocket("/ws/rooms/lobby/");
    expect(await socket.connect(waitMs.timeoutMs)).toMatchObject({ accepted: true });
    socket.sendJson({ action: "post", data: { text: "Nuages?" }, id: 1 });
    for (;;) {
      const message = (await socket.receiveJson(waitMs.timeoutMs)) as { type: string };
      if (message.type !== "chat.message") continue;
      expect(message).toMatchObject({ author: "django", isMember: true, text: "Nuages?" });
      break;
    }
    await client.post("/accounts/logout/", waitMs);
    for (;;) {
      const next = await socket.closed(waitMs.timeoutMs).catch(() => undefined);
      if (next === undefined) continue;
      expect(next.code).toBe(4501);
      break;
    }
    expect((await client.get("/")).text).toContain("Log in");
    const form = { username: "django", password };
    expect((await client.post("/accounts/login/", { form: { ...form, next: "/profile/" }, ...waitMs })).location).toBe(
      "/profile/",
    );
  });

  it("give members pictures, of pictures only", async () => {
    const client = await signUp("django");
    expect((await site.client().get("/profile/", { headers: { accept: "text/html" } })).location).toBe(
      "/accounts/login/?next=%2Fprofile%2F",
    );
    const give = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
      client.post("/profile/", { form: { avatar: new File([bytes], name, { type: "image/png" }) }, ...waitMs });
    expect((await give("face.png", new Uint8Array(png))).status).toBe(303);
    const [, url = ""] = /src="(\/media\/[^"]+)"/.exec((await client.get("/profile/")).text) ?? [];
    const picture = await client.get(url);
    expect([picture.status, picture.header("content-type"), picture.header("x-content-type-options")]).toEqual([
      200,
      "image/png",
      "nosniff",
    ]);
    const script = new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
    for (const name of ["face.png", "face.svg", "face.html"]) expect((await give(name, script)).status).toBe(422);
    expect((await give("big.png", new Uint8Array(1_000_001))).status).toBe(422);
    expect((await client.get("/profile/")).text).toContain(url);
  });

  it("let a member look after her rooms, and nobody else", async () => {
    const [owner, other] = [await signUp("django"), await signUp("stephane")];
    await owner.post("/", { form: { title: "Rue Norvins" } });
    const path = "/rooms/rue-norvins/settings/";
    expect((await owner.get("/rooms/rue-norvins/")).text).toContain(path);
    expect((await other.get("/rooms/rue-norvins/")).text).not.toContain(path);
    for (const form of [{ title: "Mine" }, { close: "1" }]) {
      expect((await other.post(path, { form })).status).toBe(403);
      expect((await site.client().post(path, { form })).status).toBe(403);
    }
    expect((await owner.post("/rooms/lobby/settings/", { form: { close: "1" } })).status).toBe(403);
    expect((await owner.post(path, { form: { title: "" } })).status).toBe(422);
    expect((await owner.post(path, { form: { title: "Rue Chaptal" } })).location).toBe("/rooms/rue-norvins/");
    expect((await owner.get("/rooms/rue-norvins/")).text).toContain("Rue Chaptal");
    await owner.post(path, { form: { close: "1" } });
    expect((await owner.get("/rooms/rue-norvins/")).status).toBe(404);
  });

  it("keep guests from taking a member's name", async () => {
    await signUp("django");
    const guest = site.client();
    await guest.post("/name/", { form: { name: "Django", back: "/" } });
    expect((await guest.get("/")).text).not.toContain('value="Django"');
    await guest.post("/name/", { form: { name: "Joseph", back: "//evil.example" } });
    expect((await guest.get("/")).text).toContain('value="Joseph"');
  });
});
