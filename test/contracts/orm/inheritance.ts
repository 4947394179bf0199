import { createTables, f, index, meta, Model, ModelInvalid } from "hotclub/orm";
import { beforeAll, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

abstract class Stamped extends Model {
  createdAt = f.dateTime({ autoNowAdd: true });
  static meta = meta({ abstract: true, ordering: ["-createdAt"] });
}
class Musician extends Stamped {
  name = f.char({ maxLength: 20 });
  age = f.int({ default: 20 });
  teacher = f.foreignKey(() => Musician, { null: true, onDelete: "cascade" });
  pupils = f.reverse(() => Musician, "teacher");
  songs = f.manyToMany(() => Song);
  static override meta = meta({ indexes: [index("name")] });
}
class Song extends Model {
  title = f.char({ maxLength: 20 });
  writer = f.foreignKey(() => Musician, { onDelete: "cascade" });
}
class Veteran extends Musician {
  static override meta = meta({ proxy: true, ordering: ["name"] });

  get isWise(): boolean {
    return this.age > 60;
  }
  static wise() {
    return this.filter({ age__gt: 60 });
  }
}
class Note extends Model {
  about = f.foreignKey(() => Veteran, { onDelete: "cascade" });
}

export function describeInheritance(engine: OrmEngine): void {
  describe("inheritance", () => {
    withTables(engine);
    beforeAll(() => createTables([Musician, Song, Veteran, Note]));

    test("a proxy shows the rows of another model's table, in a way of its own", async () => {
      const old = await Veteran.create({ name: "b", age: 70 });
      const young = await Musician.create({ name: "a", teacher: old });
      expect((await Veteran.all()).map((row) => row.name)).toEqual(["a", "b"]);
      const [wise] = await Veteran.wise();
      expect(wise).toBeInstanceOf(Veteran);
      expect(wise?.isWise).toBe(true);
      expect(wise?.isSame(await Musician.get({ pk: old.pk }))).toBe(true);
      expect((await wise?.pupils)?.map((row) => row.pk)).toEqual([young.pk]);
      expect(await Veteran.filter({ pupils__name: "a" }).count()).toBe(1);
    });

    test("relations and deletions do not tell a proxy from its model", async () => {
      const row = await Musician.create({ name: "c" });
      const veteran = await Veteran.get({ pk: row.pk });
      await Song.create({ title: "x", writer: veteran });
      await Note.create({ about: veteran });
      await veteran.songs.add(await Song.get({ title: "x" }));
      expect(await row.songs.count()).toBe(1);
      expect(await veteran.delete()).toEqual({
        count: 4,
        byModel: { Musician: 1, Musician_songs: 1, Note: 1, Song: 1 },
      });
    });

    test("a proxy has no fields of its own, and shows a table", () => {
      class Wide extends Musician {
        width = f.int();
        static override meta = meta({ proxy: true });
      }
      class Nothing extends Model {
        static meta = meta({ proxy: true });
      }
      expect(() => Wide.all()).toThrow(ModelInvalid);
      expect(() => Wide.all()).toThrow('a field "width" of its own');
      expect(() => Nothing.all()).toThrow("extends no model that has a table");
    });

    test("a model that is not managed gets no table", async () => {
      class Foreign extends Model {
        static meta = meta({ managed: false, dbTable: "from_elsewhere" });
      }
      await createTables([Foreign]);
      await expect(Foreign.count()).rejects.toMatchObject({ code: "ORM_PROGRAMMING_ERROR" });
    });
  });
}
