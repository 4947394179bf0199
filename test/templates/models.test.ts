import { connectDatabase, createTables, databases, f, Model } from "hotclub/orm";
import { shownInTemplates } from "hotclub/templates";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { templateEngine } from "./template-engine.js";

class Room extends Model {
  static readonly [shownInTemplates] = ["shout"];
  slug = f.slug({ unique: true });
  messages = f.reverse(() => Message, "room");

  get shout(): string {
    return this.slug.toUpperCase();
  }

  get hidden(): string {
    return "hidden";
  }
}

class Message extends Model {
  room = f.foreignKey(() => Room, { onDelete: "cascade" });
  text = f.text({ maxLength: 100 });
  sentAt = f.dateTime();
}

describe("a model's instance on a page", () => {
  beforeAll(async () => {
    databases.set("default", await connectDatabase("sqlite::memory:"));
    await createTables([Room, Message]);
    const room = await Room.create({ slug: "lobby" });
    for (const text of ["one", "<two>", "three"]) {
      await Message.create({ room, text, sentAt: new Date("2024-02-29T12:00:00Z") });
    }
  });

  afterAll(() => databases.get("default").close());

  const templates = templateEngine({});

  it("shows its fields, its relations, its key and what it lists, and nothing else", async () => {
    const room = await Room.get({ slug: "lobby" });
    const source =
      "{{ room.slug }} {{ room.pk }} {{ room.shout }} {{ room.messages.count }} {{ room.hidden }}{{ room.delete }}{{ room.save }}{% for m in room.messages %}{{ m.text }},{% endfor %}";
    expect(await templates.renderString(source, { room })).toBe("lobby 1 LOBBY 3 one,&lt;two&gt;,three,");
    expect(await Room.count()).toBe(1);
  });

  it("is awaited where a query or a reference stands", async () => {
    const source =
      "{% for m in messages %}{{ m.room.slug }} {{ m.sentAt | date: 'Y-m-d', 'UTC' }}{% if m.room == room %} here{% endif %};{% endfor %}{{ messages.count }}";
    const context = { messages: Message.filter({ text: "one" }), room: await Room.get({ slug: "lobby" }) };
    expect(await templates.renderString(source, context)).toBe("lobby 2024-02-29 here;1");
  });

  it("is read by the page that is asked for, and no more", async () => {
    const source =
      "{% paginate messages by 2 as page %}{% for m in page.items %}{{ m.text }}{% endfor %} of {{ page.count }}";
    const context = { messages: Message.all().orderBy("id"), request: { query: { page: "2" } } };
    expect(await templates.renderString(source, context)).toBe("three of 3");
  });
});
