import { assertQueries, NotSaved } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Message, Room, User } from "./models.js";

export function describeReferences(engine: OrmEngine): void {
  describe("references and related sets", () => {
    withTables(engine);

    test("a foreign key holds the key at once and loads the object when awaited, once", async () => {
      const { django, room } = await lobby();
      const message = await Message.get({ text: "hello" });
      await assertQueries(0, () => expect(message.author.id).toBe(django.id));
      expect(message.author.isLoaded).toBe(false);
      await assertQueries(1, async () => {
        const author = await message.author;
        expect(author.greet()).toBe("hello django");
        expect(await message.author).toBe(author);
      });
      await assertQueries(1, async () => expect((await message.room).slug).toBe(room.slug));
    });

    test("awaiting one reference of a result loads it for all its rows in one query", async () => {
      await lobby();
      await assertQueries(2, async () => {
        const names: string[] = [];
        for (const message of await Message.orderBy("sentAt")) names.push((await message.author).username);
        expect(names).toEqual(["django", "stephane"]);
      });
      await assertQueries(2, async () => {
        const messages = await Message.all();
        const authors = await Promise.all(messages.map((message) => message.author));
        expect(authors).toHaveLength(2);
      });
    });

    test("a reference whose row is gone says so, and those beside it load", async () => {
      const { room, stephane } = await lobby();
      const [second, first] = await Message.all().selectRelated("room");
      const rooms = await Room.orderBy("slug");
      await Message.all().delete();
      await User.filter({ username: "django" }).delete();
      const owner = rooms.find((one) => one.slug === room.slug)?.owner;
      await expect(Promise.resolve(owner)).rejects.toThrow(User.DoesNotExist);
      await expect(Promise.resolve(first?.author)).rejects.toThrow("No User matches");
      expect((await second?.author)?.id).toBe(stephane.id);
    });

    test("a nullable foreign key is null where there is none", async () => {
      const { empty } = await lobby();
      expect(empty.owner).toBeNull();
      expect((await Room.get({ slug: "empty" })).owner).toBeNull();
      expect(await (await Room.get({ slug: "empty" })).owner).toBeNull();
    });

    test("selectRelated loads what foreign keys refer to in the same query", async () => {
      const { room } = await lobby();
      await assertQueries(1, async () => {
        const messages = await Message.recent(room);
        expect(messages.map((message) => message.author.username)).toEqual(["stephane", "django"]);
        expect(messages[0]?.author).toBeInstanceOf(User);
        expect((await messages[0]?.author)?.username).toBe("stephane");
      });
    });

    test("selectRelated follows several keys, and keys of keys, null included", async () => {
      const { room } = await lobby();
      const music = await Category.create({ name: "music" });
      const jazz = await Category.create({ name: "jazz", parent: music });
      await Room.filter({ pk: room.pk }).update({ category: jazz });
      await assertQueries(1, async () => {
        const [one, two] = await Room.orderBy("-slug").selectRelated("owner", "category__parent");
        expect(one?.owner?.username).toBe("django");
        expect(one?.category?.parent?.name).toBe("music");
        expect(two?.owner).toBeNull();
        expect(two?.category).toBeNull();
      });
      const [message] = await Message.all().selectRelated("room__owner").selectRelated("author");
      expect([message?.room.owner?.username, message?.author.username]).toEqual(["django", "stephane"]);
    });

    test("references of objects that selectRelated loaded load together as well", async () => {
      const { room, empty, stephane } = await lobby();
      await Room.filter({ pk: empty.pk }).update({ owner: stephane });
      await Message.create({ room: empty, author: stephane, text: "third" });
      await assertQueries(2, async () => {
        const messages = await Message.all().selectRelated("room");
        const owners = await Promise.all(messages.map(async (message) => (await message.room.owner)?.username));
        expect(owners.map(String).toSorted()).toEqual(["django", "django", "stephane"]);
        expect(messages.map((message) => message.room.slug)).toContain(room.slug);
      });
    });

    test("selectRelated refuses what is no foreign key", async () => {
      await expect(Room.all().selectRelated("messages" as never)).rejects.toThrow("foreign keys and one to ones only");
      await expect(Room.all().selectRelated("slug" as never)).rejects.toThrow("foreign keys and one to ones only");
      await expect(Room.all().selectRelated("ownr" as never)).rejects.toThrow("Did you mean owner?");
    });

    test("a related set is a query of the rows that refer to an instance", async () => {
      const { room, empty, first, second } = await lobby();
      expect(pluck(await room.messages, "id")).toEqual([second.id, first.id]);
      expect(await empty.messages).toEqual([]);
      expect(await room.messages.count()).toBe(2);
      expect(await empty.messages.exists()).toBe(false);
      expect((await room.messages.get({ likes: 2 })).id).toBe(first.id);
      expect(pluck(await room.messages.filter({ text__startswith: "H" }), "id")).toEqual([second.id]);
      expect(pluck(await room.messages.exclude({ text__startswith: "H" }), "id")).toEqual([first.id]);
      expect(pluck(await room.messages.orderBy("sentAt").slice(0, 1), "id")).toEqual([first.id]);
      expect((await room.messages.first())?.id).toBe(second.id);
      const texts: string[] = [];
      for await (const message of room.messages) texts.push(message.text);
      expect(texts).toEqual(["Hello again", "hello"]);
    });

    test("trap 36: rows of a related set have the very instance as what they refer to", async () => {
      const { room } = await lobby();
      await assertQueries(1, async () => {
        for (const message of await room.messages) expect(await message.room).toBe(room);
      });
    });

    test("create on a related set makes a row that refers to the instance", async () => {
      const { empty, django } = await lobby();
      const message = await empty.messages.create({ author: django, text: "first" });
      expect(await message.room).toBe(empty);
      expect(await empty.messages.count()).toBe(1);
      expect(await empty.messages.update({ likes: 3 })).toBe(1);
      expect((await empty.messages.delete()).count).toBe(1);
    });

    test("a related set of an instance that is not saved says so", async () => {
      const room = new Room({ slug: "new" });
      expect(() => room.messages.filter({ text: "x" })).toThrow(NotSaved);
      await expect(Promise.resolve(room.messages)).rejects.toThrow("cannot be asked for its messages; save it first");
    });

    test("an object that was given to create is at hand without a query", async () => {
      const { room, django } = await lobby();
      const message = await Message.create({ room, author: django.id, text: "x" });
      await assertQueries(1, async () => {
        expect(await message.room).toBe(room);
        expect((await message.author).username).toBe("django");
      });
    });

    test("an object that is saved after it was assigned gives its key then", async () => {
      const owner = new User({ username: "late" });
      const room = new Room({ slug: "x", owner });
      await expect(room.save()).rejects.toMatchObject({ code: "ORM_VALIDATION_ERROR" });
      await owner.save();
      await room.save();
      expect(room.owner?.id).toBe(owner.id);
      expect(await Room.filter({ owner }).count()).toBe(1);
    });
  });
}
