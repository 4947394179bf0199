import { defineProject, defineSettings, http, HttpConsumer, useSecretKeys } from "hotclub";
import { html, safe } from "hotclub/templates";
import {
  cookieMessages,
  flashMessages,
  messages,
  messagesApp,
  MessagesMissing,
  MessagesTooLate,
  sessionMessages,
} from "hotclub/messages";
import { databaseSessions, sessionOf, sessions, sessionsApp } from "hotclub/sessions";
import { type TestClient, TestSite } from "hotclub/testing";
import { afterEach, describe, expect, test } from "vitest";

import { scratch } from "../project/scratch.js";

class Save extends HttpConsumer {
  async post() {
    const {
      text = "Saved.",
      count = "1",
      level = "success",
    } = Object.fromEntries(await this.request.form()) as Record<string, string>;
    for (let i = 0; i < Number(count); i++)
      messages.add(this, level as "info", Number(count) > 1 ? `${text} ${i}` : text);
    return this.redirect("/");
  }
}

class Page extends HttpConsumer {
  get() {
    return this.render("page.liquid", {});
  }
}

class Silent extends HttpConsumer {
  get() {
    return this.text("nothing of messages");
  }
}

class Own extends HttpConsumer {
  async get() {
    messages.info(this, html`<b>${"<i>"}</b>`, { extraTags: "undo" });
    messages.error(this, safe("<hr>"));
    messages.warning(this, "<script>");
    messages.debug(this, "not kept");
    messages.add(this, 50, "urgent");
    messages.setLevel(this, "error");
    messages.info(this, "not kept either");
    return this.render("page.liquid", {});
  }
}

class Broken extends HttpConsumer {
  async get(): Promise<never> {
    await messages.read(this);
    throw new Error("broken");
  }
}

class Late extends HttpConsumer {
  async get() {
    const stream = this.openStream();
    await stream.write("a");
    try {
      messages.info(this, "too late");
    } catch (error) {
      await stream.write(error instanceof MessagesTooLate ? "late" : String(error));
    }
    await stream.end();
    return stream;
  }
}

class Missing extends HttpConsumer {
  get() {
    messages.info(this, "nobody keeps it", { failSilently: true });
    messages.info(this, "nobody keeps it");
    return this.text("");
  }
}

const routes = [
  http("/", Page),
  http("/save/", Save),
  http("/silent/", Silent),
  http("/own/", Own),
  http("/broken/", Broken),
  http("/late/", Late),
];
const settings = defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost" });
const page = "{% for message in messages %}<li class='{{ message.tags }}'>{{ message.text }}</li>{% endfor %}";

const kinds = {
  "a cookie": { stores: () => [cookieMessages()], isCookie: true },
  "a session": { stores: () => [sessionMessages(sessionOf)], isCookie: false },
  "a cookie, and a session for what is over": {
    stores: () => [cookieMessages({ maxBytes: 300 }), sessionMessages(sessionOf)],
    isCookie: false,
  },
};

let site: TestSite;
afterEach(() => site.close());

async function save(client: TestClient, form: Record<string, string> = {}): Promise<void> {
  expect((await client.post("/save/", { form, headers: { origin: "http://localhost" } })).status).toBe(302);
}

describe.each(Object.entries(kinds))("messages kept in %s", (_, { stores, isCookie }) => {
  async function open(): Promise<TestClient> {
    const project = defineProject({
      name: "notes",
      settings,
      templates: await scratch({ "page.liquid": page }),
      apps: [sessionsApp, messagesApp],
      middleware: [
        sessions({ engine: databaseSessions() }),
        flashMessages({ stores: stores(), tags: { 50: "urgent" } }),
      ],
      routes,
    });
    site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
    return site.client();
  }

  test("are shown by the next page, once, to their visitor alone", async () => {
    const client = await open();
    await save(client);
    await save(client, { text: "Also <this>." });
    expect((await client.get("/silent/")).text).toBe("nothing of messages");
    expect((await site.client().get("/")).text).toBe("");
    const shown = await client.get("/");
    expect(shown.text).toBe("<li class='success'>Saved.</li><li class='success'>Also &lt;this&gt;.</li>");
    expect(shown.header("vary")?.toLowerCase()).toContain("cookie");
    expect((await client.get("/")).text).toBe("");
  });

  test("are escaped unless they are safe, have tags and levels, and are shown by the page that makes them, too", async () => {
    const client = await open();
    expect((await client.get("/own/")).text).toBe(
      "<li class='undo info'><b>&lt;i&gt;</b></li><li class='error'><hr></li>" +
        "<li class='warning'>&lt;script&gt;</li><li class='urgent'>urgent</li>",
    );
    expect((await client.get("/")).text).toBe("");
  });

  test("are still there after a page that failed, and cannot be made when the response has begun", async () => {
    const client = await open();
    await save(client);
    expect((await client.get("/broken/")).status).toBe(500);
    expect((await client.get("/late/")).text).toBe("alate");
    expect((await client.get("/")).text).toContain("Saved.");
  });

  test("are kept in any number, in order, as far as there is room", async () => {
    const client = await open();
    await save(client, { count: "40", text: "A message that says something, of which there are many" });
    const shown = (await client.get("/")).text.match(/many \d+/g) ?? [];
    expect(shown).toEqual(Array.from({ length: isCookie ? shown.length : 40 }, (_, i) => `many ${i}`));
    expect(shown.length).toBeGreaterThan(9);
  });
});

test("a cookie that somebody else made is nothing", async () => {
  const project = defineProject({
    name: "notes",
    settings,
    templates: await scratch({ "page.liquid": page }),
    apps: [messagesApp],
    middleware: [flashMessages()],
    routes,
  });
  site = await TestSite.open(project);
  const client = site.client();
  await save(client);
  const cookie = client.cookies.get("messages") ?? "";
  expect(cookie).toMatch(/^[\w.-]+$/);
  const asks = async (value: string) =>
    (await site.client().get("/", { headers: { cookie: `messages=${value}` } })).text;
  expect(await asks(cookie)).toContain("Saved.");
  expect(await asks(`${cookie.slice(0, -1)}x`)).toBe("");
  expect(await asks("x")).toBe("");
  const keys = useSecretKeys(["y".repeat(32)]);
  expect(await asks(cookie)).toBe("");
  useSecretKeys([...keys]);
});

test("where nothing keeps them, pages have none, and whoever makes one hears of it", async () => {
  const project = defineProject({
    name: "notes",
    settings: { ...settings, debug: false },
    templates: await scratch({ "page.liquid": `[${page}]` }),
    apps: [messagesApp],
    routes: [http("/", Page), http("/missing/", Missing)],
  });
  site = await TestSite.open(project);
  expect((await site.client().get("/")).text).toBe("[]");
  expect((await site.client().get("/missing/")).status).toBe(500);
  expect(() => messages.info({ type: "lifespan" } as never, "a")).toThrow(MessagesMissing);
});
