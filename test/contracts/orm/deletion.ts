import { assertQueries, createTables, f, Model, ProtectedError } from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { lobby, withTables, type OrmEngine } from "./engine.js";
import { Category, Message, Room } from "./models.js";

class Shelf extends Model {
  name = f.char({ maxLength: 20 });
  books = f.reverse(() => Book, "shelf");
}
class Book extends Model {
  title = f.char({ maxLength: 20 });
  shelf = f.foreignKey(() => Shelf, { onDelete: "cascade" });
  sequel = f.foreignKey(() => Book, { null: true, onDelete: "cascade" });
}
class Loan extends Model {
  book = f.foreignKey(() => Book, { onDelete: "restrict" });
  shelf = f.foreignKey(() => Shelf, { null: true, onDelete: "cascade" });
}
class Copy extends Model {
  book = f.foreignKey(() => Book, { null: true, default: null, onDelete: "setDefault" });
  ghost = f.foreignKey(() => Shelf, { null: true, onDelete: "doNothing" });
}

export function describeDeletion(engine: OrmEngine): void {
  describe("deleting", () => {
    withTables(engine);
    beforeAll(() => createTables([Shelf, Book, Loan, Copy]));
    beforeEach(async () => {
      for (const model of [Loan, Copy, Book, Shelf]) await model.all().delete();
    });

    test("tells how many rows went, of each model", async () => {
      const { django } = await lobby();
      expect(await Message.filter({ likes: 2 }).delete()).toEqual({ count: 1, byModel: { Message: 1 } });
      expect(await Message.filter({ likes: 99 }).delete()).toEqual({ count: 0, byModel: {} });
      expect(await django.delete()).toEqual({ count: 1, byModel: { User: 1 } });
    });

    test("cascade takes along what refers to a row, setNull cuts the reference", async () => {
      const { django } = await lobby();
      expect(await django.delete()).toEqual({ count: 2, byModel: { Message: 1, User: 1 } });
      expect((await Room.get({ slug: "lobby" })).owner).toBeNull();
      expect(await Room.filter({ slug: "lobby" }).delete()).toEqual({ count: 2, byModel: { Message: 1, Room: 1 } });
    });

    test("a model that nothing refers to is deleted in one statement", async () => {
      await lobby();
      const deleted = await assertQueries(1, () => Message.filter({ room__slug: "lobby" }).delete());
      expect(deleted.count).toBe(2);
    });

    test("protect refuses, and then nothing is deleted", async () => {
      const music = await Category.create({ name: "music" });
      const jazz = await Category.create({ name: "jazz", parent: music });
      const room = await Room.create({ slug: "a", category: jazz });
      const error = await music.delete().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProtectedError);
      expect(error).toMatchObject({ status: 409, model: "Category", fields: ["category"] });
      expect((error as Error).message).toContain(
        `Room.category (onDelete: "protect"), with the primary keys ${room.id}`,
      );
      expect(await Category.count()).toBe(2);
      expect(music.isSaved).toBe(true);
      await room.delete();
      expect(await music.delete()).toEqual({ count: 2, byModel: { Category: 2 } });
    });

    test("cascade follows rows that refer to rows of the same model, in circles too", async () => {
      const shelf = await Shelf.create({ name: "a" });
      const first = await Book.create({ title: "first", shelf });
      const second = await Book.create({ title: "second", shelf, sequel: first });
      await Book.filter({ pk: first.pk }).update({ sequel: second });
      expect(await first.delete()).toEqual({ count: 2, byModel: { Book: 2 } });
    });

    test("restrict refuses, unless the row goes another way", async () => {
      const shelf = await Shelf.create({ name: "a" });
      const other = await Shelf.create({ name: "b" });
      const book = await Book.create({ title: "x", shelf });
      const loan = await Loan.create({ book, shelf: other });
      await expect(book.delete()).rejects.toThrow(ProtectedError);
      await expect(shelf.delete()).rejects.toThrow('(onDelete: "restrict")');
      await loan.assign({ shelf }).save();
      expect(await shelf.delete()).toEqual({ count: 3, byModel: { Loan: 1, Book: 1, Shelf: 1 } });
    });

    test("setDefault gives the default, doNothing leaves it to the database", async () => {
      const shelf = await Shelf.create({ name: "a" });
      const book = await Book.create({ title: "x", shelf });
      const copy = await Copy.create({ book, ghost: shelf });
      await book.delete();
      expect((await copy.refreshFromDb()).book).toBeNull();
      await expect(shelf.delete()).rejects.toMatchObject({ code: "ORM_FOREIGN_KEY_VIOLATION" });
      expect(await Shelf.count()).toBe(1);
    });

    test("follows a long chain of rows to its end", async () => {
      const shelf = await Shelf.create({ name: "a" });
      let last = await Book.create({ title: "0", shelf });
      for (let index = 1; index < 30; index++) last = await Book.create({ title: String(index), shelf, sequel: last });
      expect(await shelf.delete()).toEqual({ count: 31, byModel: { Book: 30, Shelf: 1 } });
    });
  });
}
