import { inspect } from "node:util";

import { Message as MessageModel, Flag, Room, User } from "./models.js";
import { NotSaved, NotUpdated, ValidationError } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { at, lobby, withTables, type OrmEngine } from "./engine.js";

export function describeInstances(engine: OrmEngine): void {
  describe("instances", () => {
    withTables(engine);

    test("create writes a row and gives its instance, defaults and primary key included", async () => {
      const before = Date.now();
      const { room, django } = await lobby();
      const message = await MessageModel.create({ room, author: django.id, text: "hi" });
      expect(message).toBeInstanceOf(MessageModel);
      expect(message.id).toBeTypeOf("number");
      expect(message.pk).toBe(message.id);
      expect(message.likes).toBe(0);
      expect(message.note).toBeNull();
      expect(message.sentAt.getTime()).toBeGreaterThanOrEqual(before);
      expect(message.isSaved).toBe(true);
      expect(await MessageModel.get({ id: message.id })).toMatchObject({ text: "hi", likes: 0, note: null });
    });

    test("values survive the trip to the database and back", async () => {
      const { room, django } = await lobby();
      const values = [
        { text: "ünï ☃ 𝄞 \u0001", likes: Number.MAX_SAFE_INTEGER, sentAt: at("1969-12-31T23:59:59.999Z") },
        { text: "", likes: Number.MIN_SAFE_INTEGER, sentAt: at("0001-01-01T00:00:00.000Z") },
        { text: "'; DROP TABLE room; --", likes: -1, sentAt: at("9999-12-31T23:59:59.999Z") },
        { text: 'a\nb\\c"d', likes: 2 ** 31, sentAt: at("2026-11-20T12:34:56.070Z") },
      ];
      for (const given of values) {
        const { id } = await MessageModel.create({ room, author: django, ...given });
        const read = await MessageModel.get({ id });
        expect({ text: read.text, likes: read.likes, sentAt: read.sentAt }).toEqual(given);
      }
    });

    test("rows have the methods of their class", async () => {
      await User.create({ username: "django" });
      const user = await User.get({ username: "django" });
      expect(user.greet()).toBe("hello django");
      expect(user.constructor).toBe(User);
    });

    test("JSON has the data of a row: keys for foreign keys, and nothing else", async () => {
      const { room, first } = await lobby();
      const read = await MessageModel.get({ id: first.id });
      expect(JSON.parse(JSON.stringify(read))).toEqual({
        id: first.id,
        room: room.id,
        author: first.author.id,
        text: "hello",
        note: null,
        likes: 2,
        score: null,
        sentAt: "2025-03-01T10:00:00.000Z",
      });
      expect(JSON.parse(JSON.stringify(new Room({ slug: "a" })))).toEqual({
        slug: "a",
        title: "",
        owner: null,
        category: null,
        isOpen: true,
      });
      expect(inspect(read)).not.toContain("Symbol");
    });

    test("new makes an instance that save inserts, and then changes", async () => {
      const room = new Room({ slug: "new" });
      expect(room.isSaved).toBe(false);
      expect(room.title).toBe("");
      await room.save();
      expect(room.isSaved).toBe(true);
      room.title = "Changed";
      await room.save();
      expect(await Room.count()).toBe(1);
      expect((await Room.get({ pk: room.pk })).title).toBe("Changed");
    });

    test("save with fields writes those alone", async () => {
      const { room } = await lobby();
      room.title = "written";
      room.slug = "not-written";
      await room.save({ updateFields: ["title"] });
      expect(await Room.get({ pk: room.pk })).toMatchObject({ title: "written", slug: "lobby" });
      room.title = "nor this";
      await room.save({ updateFields: [] });
      expect(await Room.get({ pk: room.pk })).toMatchObject({ title: "written" });
    });

    test("trap 40: save of a row that is gone inserts it again, unless it must be there", async () => {
      const { empty } = await lobby();
      await Room.filter({ pk: empty.pk }).delete();
      await expect(empty.save({ forceUpdate: true })).rejects.toThrow(NotUpdated);
      await expect(empty.save({ updateFields: ["title"] })).rejects.toThrow(NotUpdated);
      await empty.save();
      expect(await Room.get({ slug: "empty" })).toMatchObject({ id: empty.id });
    });

    test("save of an instance with a key given by hand changes that row, or inserts it", async () => {
      await new Flag({ code: "fr", country: "France", year: 1794 }).save();
      await new Flag({ code: "fr", country: "France", year: 1795 }).save();
      expect(await Flag.count()).toBe(1);
      expect((await Flag.get({ pk: "fr" })).year).toBe(1795);
      expect((await Flag.filter({ pk__in: ["fr", "de"] })).length).toBe(1);
    });

    test("assign sets several fields, foreign keys by instance, reference or key", async () => {
      const { first, stephane, empty, second } = await lobby();
      first.assign({ author: stephane, room: empty.id, text: "moved" });
      expect(first.author.id).toBe(stephane.id);
      expect(await first.author).toBe(stephane);
      await first.save();
      expect(await MessageModel.get({ pk: first.pk })).toMatchObject({ text: "moved" });
      second.assign({ author: first.author });
      await second.save();
      expect(await MessageModel.filter({ author: stephane }).count()).toBe(2);
    });

    test("refresh reads the row again, or some of its fields", async () => {
      const { room } = await lobby();
      await Room.filter({ pk: room.pk }).update({ title: "changed", slug: "other" });
      await room.refreshFromDb({ fields: ["title"] });
      expect(room).toMatchObject({ title: "changed", slug: "lobby" });
      await room.refreshFromDb();
      expect(room.slug).toBe("other");
      await Room.filter({ pk: room.pk }).delete();
      await expect(room.refreshFromDb()).rejects.toThrow(Room.DoesNotExist);
    });

    test("delete removes the row; the instance keeps its values and is no longer saved", async () => {
      const { empty } = await lobby();
      expect(await empty.delete()).toEqual({ count: 1, byModel: { Room: 1 } });
      expect(empty.isSaved).toBe(false);
      expect(await Room.filter({ slug: "empty" }).exists()).toBe(false);
      await expect(new Room({ slug: "x" }).delete()).rejects.toThrow(NotSaved);
    });

    test("two instances of one row are the same; unsaved ones are like themselves only", async () => {
      const { room, empty } = await lobby();
      expect(room.isSame(await Room.get({ pk: room.pk }))).toBe(true);
      expect(room.isSame(empty)).toBe(false);
      expect(room.isSame(await User.get({ username: "django" }))).toBe(false);
      const unsaved = new Room({ slug: "x" });
      expect(unsaved.isSame(new Room({ slug: "x" }))).toBe(false);
      expect(unsaved.isSame(unsaved)).toBe(true);
    });

    test("autoNowAdd is set once, and a value that was given stays", async () => {
      const { room, django } = await lobby();
      const given = await MessageModel.create({ room, author: django, text: "a", sentAt: at("2020-01-01T00:00:00Z") });
      expect(given.sentAt).toEqual(at("2020-01-01T00:00:00Z"));
      given.text = "b";
      await given.save();
      expect((await MessageModel.get({ pk: given.pk })).sentAt).toEqual(at("2020-01-01T00:00:00Z"));
    });

    test("what does not fit is refused before anything is written, all of it at once", async () => {
      const { room } = await lobby();
      const wrong = MessageModel.create({ room, author: 99, text: "x".repeat(201), likes: "many" as never });
      const error = await wrong.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ValidationError);
      expect(error).toMatchObject({ status: 400, params: { model: "Message" } });
      expect((error as ValidationError).issues).toMatchObject([
        { field: "text", code: "max_length", params: { limit: 200, length: 201 } },
        { field: "likes", code: "invalid", value: "many" },
      ]);
      expect((error as ValidationError).message).toContain("Message.text is longer than 200 characters");
    });

    test.each([
      ["a missing value", {}, "slug", "required"],
      ["null", { slug: null }, "slug", "required"],
      ["no slug", { slug: "not a slug!" }, "slug", "invalid"],
      ["a number for text", { slug: "a", title: {} }, "title", "invalid"],
      ["half a character", { slug: "a", title: "\uD83D" }, "title", "invalid"],
      ["NUL", { slug: "a", title: "a\0b" }, "title", "null_characters"],
      ["text for a boolean", { slug: "a", isOpen: "maybe" }, "isOpen", "invalid"],
      ["the instance of another model", { slug: "a", owner: new Room({ slug: "b" }) }, "owner", "invalid"],
      ["an instance that was not saved", { slug: "a", owner: new User({ username: "x" }) }, "owner", "unsaved"],
    ])("%s is refused, by field and reason", async (_what, values, field, code) => {
      const error = await Room.create(values as never).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "ORM_VALIDATION_ERROR", params: { issues: [{ field, code }] } });
    });

    test("text is converted where that loses nothing", async () => {
      const { room, django } = await lobby();
      const values = { room, author: String(django.id), text: 12, likes: " 42 ", sentAt: "2026-11-20" };
      const message = await MessageModel.create(values as never);
      expect(message).toMatchObject({ text: "12", likes: 42, sentAt: at("2026-11-20T00:00:00Z") });
      expect(message.author.id).toBe(django.id);
    });

    test("length counts characters, as databases do", async () => {
      const title = "𝄞".repeat(80);
      expect((await Room.create({ slug: "a", title })).title).toBe(title);
      await expect(Room.create({ slug: "b", title: `${title}!` })).rejects.toThrow("it has 81");
    });

    test("a field that is not there is named, with what may have been meant", async () => {
      await expect(Room.create({ slgu: "x" } as never)).rejects.toThrow('Room has no field "slgu". Did you mean slug?');
      expect(() => new Room({ slug: "x", messages: [] } as never)).toThrow("the other side of a foreign key");
    });
  });
}
