import {
  closeDatabases,
  connectDatabase,
  createTables,
  databases,
  f,
  index,
  installModels,
  meta,
  Model,
  ModelBase,
  ModelInvalid,
  unique,
} from "hotclub/orm";
import { defineApp } from "hotclub/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

beforeEach(async () => void databases.set("default", await connectDatabase("sqlite::memory:")));
afterEach(closeDatabases);

/** What is wrong with a model, found at its first use; empty when nothing is. */
function problemOf(model: { all(): unknown }): string {
  try {
    model.all();
    return "";
  } catch (thrown) {
    if (thrown instanceof ModelInvalid) return thrown.message;
    throw thrown;
  }
}

describe("a model that cannot work is refused at its first use", () => {
  test("with a class field that is not made by f", () => {
    class Room extends Model {
      slug = f.slug();
      cache = new Map();
    }
    expect(problemOf(Room)).toContain('has a class field "cache" that is not made by f');
    class Greeter extends Model {
      greet = () => "hello";
    }
    expect(problemOf(Greeter)).toContain("Use a getter, a method or a static property");
  });

  test("that cannot be made without arguments", () => {
    class Room extends Model {
      slug = f.slug();
      constructor(options: { name: string }) {
        super();
        void options.name.length;
      }
    }
    expect(problemOf(Room as never)).toContain("cannot be made without arguments");
  });

  test("without a primary key, or with two", () => {
    class None extends ModelBase {
      name = f.char();
    }
    class Two extends Model {
      code = f.char({ primaryKey: true });
    }
    expect(problemOf(None)).toContain("no field with primaryKey: true");
    expect(problemOf(Two)).toContain("more than one primary key: id, code");
  });

  test("with names that queries or databases cannot tell apart", () => {
    class Double extends Model {
      sentAt = f.int();
      sent = f.int({ dbColumn: "SENT_AT" });
    }
    class Underscores extends Model {
      a__b = f.int();
    }
    class Long extends Model {
      a = f.int({ dbColumn: "x".repeat(64) });
    }
    expect(problemOf(Double)).toContain("the same column SENT_AT for sentAt and sent");
    expect(problemOf(Underscores)).toContain("may not contain __");
    expect(problemOf(Long)).toContain("a column name that not every database takes");
    class Halved extends Model {
      value = f.char({ maxLength: 20, dbColumn: "half_\ud83c" });
    }
    expect(problemOf(Halved)).toContain("a column name that not every database takes");
  });

  test("with a field that hides a method", () => {
    // As JavaScript or a cast could make it; the compiler refuses it.
    class Base extends (Model as unknown as abstract new () => object) {
      save = f.int();
    }
    expect(problemOf(Base as never)).toContain('has a field "save", which would hide its method of that name');
  });

  test("with rules that its fields do not have", () => {
    class Room extends Model {
      owner = f.foreignKey(() => Room, { onDelete: "setNull" });
    }
    class Other extends Model {
      slug = f.slug();
      static meta = meta({ indexes: [index("slugg")] });
    }
    class Third extends Model {
      slug = f.slug();
      static meta = meta({ constraints: [unique("slug", "nmae")] });
    }
    expect(problemOf(Room)).toContain('onDelete: "setNull", which needs null: true');
    expect(problemOf(Other)).toContain('has an index over "slugg", which is no field. Did you mean slug?');
    class Fourth extends Model {
      slug = f.slug();
      static meta = meta({ ordering: ["-slgu"] });
    }
    class Fifth extends Model {
      slug = f.slug();
      // @ts-expect-error as Django writes it
      static meta = meta({ indexes: [index({ fields: ["slug"] })] });
    }
    class Sixth extends Model {
      // @ts-expect-error as Django writes it
      parent = f.foreignKey("self", { onDelete: "cascade" });
    }
    class Seventh extends Model {
      // @ts-expect-error the class, which may not be there yet
      sixths = f.manyToMany(Sixth);
    }
    expect(problemOf(Sixth)).toContain('Sixth has f.foreignKey("self"): give a function that gives the model');
    expect(problemOf(Seventh)).toContain("Seventh has f.manyToMany(Sixth): give a function that gives the model");
    expect(problemOf(Third)).toContain('has a unique rule over "nmae"');
    expect(problemOf(Fifth)).toContain('has an index over nothing: name its fields, as in index("name")');
    expect(problemOf(Fourth)).toContain('is ordered by "-slgu", which is no field. Did you mean slug?');
  });

  test("with a reverse side that fits no foreign key", () => {
    class Room extends Model {
      messages = f.reverse(() => Message, "rom");
      authors = f.reverse(() => Message, "author");
    }
    class Message extends Model {
      room = f.foreignKey(() => Room, { onDelete: "cascade" });
      author = f.foreignKey(() => Message, { onDelete: "cascade" });
    }
    expect(() => Room.filterBy({ messages: 1 })).toThrow('Message has no foreign key "rom". Did you mean room?');
    expect(() => Room.filterBy({ authors: 1 })).toThrow("Message.author refers to Message, not to Room");
  });

  test("that is abstract", () => {
    abstract class Base extends Model {
      at = f.dateTime({ autoNow: true });
      static meta = meta({ abstract: true });
    }
    class Concrete extends Base {
      name = f.char();
    }
    expect(problemOf(Model)).toContain("is abstract");
    expect(problemOf(Base)).toContain("is abstract");
    expect(problemOf(Concrete)).toBe("");
  });
});

describe("a model", () => {
  test("has the fields of the abstract models that it extends, and may declare them anew", async () => {
    abstract class Base extends Model {
      name = f.char({ maxLength: 5 });
      likes = f.int({ default: 1 });
      static meta = meta({ abstract: true, ordering: ["-name"] });
    }
    class Room extends Base {
      override name = f.char({ maxLength: 50 });
      topic = f.text();
    }
    await createTables([Room]);
    const made = new Room({ name: "longer than five", topic: "t" });
    expect(made).toMatchObject({ name: "longer than five", likes: 1, topic: "t" });
    await made.save();
    await Room.create({ name: "z", topic: "u", likes: 2 });
    expect((await Room.all()).map(({ name }) => name)).toEqual(["z", "longer than five"]);
  });

  test("gets its defaults from values and functions, at each new", () => {
    let count = 0;
    class Room extends Model {
      slug = f.slug({ default: () => `room-${++count}` });
      open = f.bool({ default: false });
      note = f.text({ null: true });
    }
    expect([new Room().slug, new Room().slug, new Room({ slug: "given" }).slug]).toEqual(["room-1", "room-2", "given"]);
    expect(new Room()).toMatchObject({ open: false, note: null, id: undefined });
  });

  test("may be made while the fields of another are initialised", () => {
    class Inner extends Model {
      name = f.char({ default: "inner" });
    }
    class Outer extends Model {
      first = f.char({ default: () => new Inner({}).name });
      second = f.char({ default: "second" });
    }
    expect(new Outer()).toMatchObject({ first: "inner", second: "second" });
  });

  test("knows its fields outside of classes only", () => {
    expect(() => f.char()).toThrow("f.char() was called outside of a model");
  });

  test("checks values with validators and choices", async () => {
    class Room extends Model {
      kind = f.char({ choices: ["open", "closed"] });
      size = f.int({ default: 2, min: 1, validators: [(size) => (size % 2 === 0 ? undefined : "is odd")] });
    }
    await createTables([Room]);
    await expect(Room.create({ kind: "ajar" as never })).rejects.toMatchObject({
      issues: [{ code: "invalid_choice" }],
    });
    await expect(Room.create({ kind: "open", size: 3 })).rejects.toThrow("Room.size is odd.");
    await expect(Room.create({ kind: "open", size: 0 })).rejects.toMatchObject({ issues: [{ code: "min_value" }] });
    expect((await Room.create({ kind: "open", size: 4 })).size).toBe(4);
  });
});

describe("the tables of an app", () => {
  class RoomMember extends Model {
    name = f.char();
  }

  test("are called after the app and the model, in snake_case", async () => {
    const app = defineApp({ name: "chat", models: [RoomMember] });
    expect(installModels([app])).toEqual([RoomMember]);
    await createTables(installModels([app]));
    await RoomMember.create({ name: "x" });
    const { rows } = await databases.get().query("SELECT name FROM chat_room_member");
    expect(rows).toEqual([["x"]]);
    expect(await RoomMember.all().delete()).toEqual({ count: 1, byModel: { "chat.RoomMember": 1 } });
  });

  test("belong to one app, and are named before they are used", async () => {
    const again = defineApp({ name: "other", models: [RoomMember] });
    expect(() => installModels([again])).toThrow("is listed by two apps, chat and other");
    class Used extends Model {
      name = f.char();
    }
    await createTables([Used]);
    expect(() => installModels([defineApp({ name: "late", models: [Used] })])).toThrow("install the apps first");
  });

  test("differ from each other", () => {
    class A extends Model {
      static meta = meta({ dbTable: "same" });
    }
    class B extends Model {
      static meta = meta({ dbTable: "same" });
    }
    const app = defineApp({ name: "both", models: [A, B] });
    expect(() => installModels([app])).toThrow("has the same table as both.A: same");
  });
});
