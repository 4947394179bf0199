import { fileURLToPath } from "node:url";

import { adminApp, AdminSite, registerUsers } from "hotclub/admin";
import { authApp, authentication, type User } from "hotclub/auth";
import { include } from "hotclub/consumers";
import { defineSettings } from "hotclub/core";
import type { ModelClass } from "hotclub/orm";
import { defineProject } from "hotclub/project";
import { PasswordHashes, Pbkdf2Hasher } from "hotclub/security";
import { databaseSessions, sessions, sessionsApp } from "hotclub/sessions";
import { type TestClient, TestSite } from "hotclub/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { walkRegistered } from "../admin/walk-registered.js";

type Creatable = ModelClass & { create(values: object): Promise<object> };

// Not imported by its name: it says for its whole program who its users are, and this program has others.
const file = fileURLToPath(new URL("../../examples/chat/models.ts", import.meta.url));
const { Member, Message, Room } = (await import(file)) as {
  readonly Member: typeof User;
  readonly Message: Creatable;
  readonly Room: Creatable;
};

let site: TestSite;
let client: TestClient;
beforeAll(async () => {
  const admin = new AdminSite({ title: "Chat" });
  registerUsers(admin, Member);
  admin.register(Room);
  admin.register(Message);
  const project = defineProject({
    name: "chat",
    settings: defineSettings({}, { SECRET_KEY: "for tests only, and nowhere else", LOG_LEVEL: "silent" }),
    models: [Member, Room, Message],
    swaps: { "auth.User": Member },
    apps: [sessionsApp, authApp, adminApp(admin)],
    middleware: [
      sessions({ engine: databaseSessions() }),
      authentication({ passwords: new PasswordHashes([new Pbkdf2Hasher("pbkdf2_sha256", 1)]) }),
    ],
    routes: [include("/admin/", admin.routes, { namespace: "admin" })],
  });
  site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
  const form = { username: "django", password: "manoir de mes rêves" };
  const django = await Member.createUser({ ...form, isStaff: true, isSuperuser: true });
  const room = await Room.create({ slug: "lobby", title: "Lobby", owner: django });
  await Message.create({ room, author: "django", member: django, text: "Nuages?", linkTitle: "A tune" });
  client = site.client();
  expect((await client.post("/admin/login/", { form })).status).toBe(303);
});
afterAll(() => site.close());

describe("a model of the chat, registered with no option", () => {
  it("has a list, forms, a history and a way out: rooms", async () => {
    expect(await walkRegistered(client, "chat", Room)).toEqual(["slug", "title", "owner"]);
  });

  it("has a list, forms, a history and a way out: messages", async () => {
    expect(await walkRegistered(client, "chat", Message)).toEqual(["room", "author", "member", "text", "linkTitle"]);
  });

  it("has them with the users' own rules, too: members", async () => {
    const hidden = ["password", "isActive", "isStaff", "isSuperuser", "groups", "userPermissions", "lastLogin"];
    expect(await walkRegistered(client, "chat", Member, hidden)).toContain("avatar");
    expect((await Member.get({ username: "django" })).isSuperuser).toBe(true);
  });

  it("is told by what people know of it", async () => {
    expect((await client.get("/admin/chat/message/")).text).toContain("Lobby");
    expect((await client.get("/admin/chat/room/")).text).toContain("django");
  });
});
