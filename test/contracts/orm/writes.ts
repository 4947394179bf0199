import {
  captureQueries,
  createTables,
  f,
  F,
  m2mChanged,
  Model,
  ModelBase,
  NotUpdated,
  QueryInvalid,
  type ColumnName,
  type LinksMessage,
  type SaveOptions,
} from "hotclub/orm";
import { beforeAll, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Label extends Model {
  name = f.char({ maxLength: 20 });
  papers = f.reverse(() => Paper, "labels");
}
class Paper extends Model {
  title = f.char({ maxLength: 50 });
  visits = f.int({ default: 0 });
  note = f.text({ null: true });
  changedAt = f.dateTime({ autoNow: true });
  labels = f.manyToMany(() => Label);
  friends = f.manyToMany(() => Paper);
  readers = f.manyToMany(() => Label, { through: () => Reading });
  cover = f.reverseOne(() => Cover, "paper");
}
class Cover extends Model {
  paper = f.oneToOne(() => Paper, { onDelete: "cascade" });
}
class Reading extends Model {
  paper = f.foreignKey(() => Paper, { onDelete: "cascade" });
  label = f.foreignKey(() => Label, { onDelete: "cascade" });
  stars = f.int({ default: 0 });
}
class Ticket extends ModelBase {
  id = f.uuid({ primaryKey: true, auto: "v4" });
  seat = f.int({ unique: true });
  price = f.int({ default: 1 });
}

class Article extends Model {
  title = f.char({ maxLength: 40 });
  slug = f.slug({ default: "" });
  series = f.foreignKey(() => Article, { null: true, onDelete: "setNull" });
  parts = f.reverse(() => Article, "series");

  override async save(options?: SaveOptions<ColumnName<this>>): Promise<this> {
    this.slug = this.title.toLowerCase().replaceAll(" ", "-");
    return super.save(options);
  }
}

/** Writing as users of Django write. */
export function describeWrites(engine: OrmEngine): void {
  describe("writing", () => {
    withTables(engine);
    beforeAll(() => createTables([Label, Paper, Cover, Reading, Ticket, Article]));

    test("a row cannot be said to be new and to be there at once", async () => {
      const paper = await Paper.create({ title: "x" });
      await expect(paper.save({ forceInsert: true, forceUpdate: true })).rejects.toBeInstanceOf(QueryInvalid);
      await expect(paper.save({ forceInsert: true, updateFields: ["title"] })).rejects.toBeInstanceOf(QueryInvalid);
      await expect(paper.save({ updateFields: ["labels" as "title"] })).rejects.toThrow(/relation without a column/);
    });

    test("a model's own save writes all rows that are made one by one", async () => {
      const first = await Article.create({ title: "Minor Swing" });
      const [second] = await Article.all().getOrCreate({ title: "Nuages" }, { defaults: { series: first } });
      const third = await first.parts.create({ title: "Belleville" });
      expect([first.slug, second.slug, third.slug]).toEqual(["minor-swing", "nuages", "belleville"]);
      expect(await first.parts.count()).toBe(2);
      await expect(Article.create({ id: first.id, title: "again" })).rejects.toMatchObject({
        code: "ORM_UNIQUE_VIOLATION",
      });
    });

    test("an instance without its key is saved as a copy, whoever makes the keys", async () => {
      const paper = await Paper.create({ title: "one", visits: 3 });
      const ticket = await Ticket.create({ seat: 7 });
      const [paperKey, ticketKey] = [paper.id, ticket.id];
      Object.assign(paper, { id: undefined });
      Object.assign(ticket, { id: null, seat: 8 });
      await paper.save();
      await ticket.save();
      expect(paper.id).not.toBe(paperKey);
      expect((await Paper.get({ pk: paper.id })).visits).toBe(3);
      expect(ticket.id).not.toBe(ticketKey);
      expect(await Ticket.filter({ pk__in: [ticket.id, ticketKey] }).count()).toBe(2);
    });

    test("an instance that was loaded in part is not inserted anew when its row is gone", async () => {
      const paper = await Paper.create({ title: "x" });
      const part = (await Paper.filter({ pk: paper.pk }).only("title").get()) as unknown as Paper;
      await paper.delete();
      part.title = "y";
      await expect(part.save()).rejects.toBeInstanceOf(NotUpdated);
      expect(await Paper.filter({ pk: paper.pk }).exists()).toBe(false);
    });

    test("refresh forgets what was loaded of sets and of the other side of one to ones", async () => {
      const paper = await Paper.create({ title: "x" });
      const [loaded] = await Paper.filter({ pk: paper.pk }).prefetchRelated("labels");
      expect(await loaded?.labels).toEqual([]);
      expect(await loaded?.cover.orNull()).toBe(null);
      await paper.labels.create({ name: "new" });
      const cover = await Cover.create({ paper });
      await loaded?.refreshFromDb();
      expect(await loaded?.labels).toHaveLength(1);
      expect((await loaded?.cover)?.id).toBe(cover.id);
    });

    test("updateOrCreate sets what sets itself, and calls functions that give values", async () => {
      const paper = await Paper.create({ title: "both" });
      const long = new Date("2000-01-01T00:00:00Z");
      await Paper.filter({ pk: paper.pk }).update({ changedAt: long });
      const defaults = { visits: (() => 9) as unknown as number };
      const [found, isNew] = await Paper.all().updateOrCreate({ title: "both" }, { defaults });
      expect([found.visits, isNew]).toEqual([9, false]);
      expect((await Paper.get({ pk: paper.pk })).changedAt.getTime()).toBeGreaterThan(long.getTime());
      const visits = F<number>("visits").plus(1) as unknown as number;
      const [counted] = await Paper.all().updateOrCreate({ title: "both" }, { defaults: { visits } });
      expect(counted.visits).toBe(10);
    });

    test("links of many rows are made in one statement, and two who make the same do not fail", async () => {
      const paper = await Paper.create({ title: "x" });
      const other = await Paper.create({ title: "y" });
      const labels = await Label.all().bulkCreate([{ name: "a" }, { name: "b" }, { name: "c" }]);
      const { queries } = await captureQueries(() => paper.labels.add(labels));
      expect(queries).toHaveLength(1);
      await Promise.all([
        other.labels.add(labels),
        other.labels.add(labels.toReversed()),
        labels[0]?.papers.add(other),
      ]);
      expect(await other.labels.count()).toBe(3);
      await Promise.all([paper.friends.add(other), other.friends.add(paper)]);
      await paper.friends.add(other);
      expect([await paper.friends.count(), await other.friends.count()]).toEqual([1, 1]);
    });

    test("bulkUpdate has the database compute what is an expression, for the rows that have one", async () => {
      const [one, two] = await Paper.all().bulkCreate([
        { title: "one", visits: 2 },
        { title: "two", visits: 5 },
      ]);
      const papers = [one, two].filter((paper) => paper !== undefined);
      one?.assign({ visits: F("visits").plus(10) });
      two?.assign({ visits: 1, title: "TWO" });
      await Paper.filter({ title: "one" }).update({ visits: 7 });
      expect(await Paper.all().bulkUpdate(papers, ["visits", "title"], { batchSize: 1 })).toBe(2);
      expect(papers.map(({ visits }) => visits)).toEqual([17, 1]);
      const keys = papers.map(({ id }) => id);
      const rows = await Paper.filter({ pk__in: keys }).orderBy("pk").valuesList("title", "visits");
      expect(rows).toEqual([
        ["one", 17],
        ["TWO", 1],
      ]);
    });

    test("rows that bulkCreate changes instead tell their own key, not the one made for the new", async () => {
      const [first] = await Ticket.all().bulkCreate([{ seat: 90, price: 1 }]);
      const rows = await Ticket.all().bulkCreate([{ seat: 90, price: 2 }, { seat: 91 }], {
        updateConflicts: true,
        uniqueFields: ["seat"],
        updateFields: ["price"],
      });
      expect(rows[0]?.id).toBe(first?.id);
      expect(await Ticket.filter({ pk__in: rows.map(({ id }) => id) }).count()).toBe(2);
    });

    test("values of links may come from functions", async () => {
      const paper = await Paper.create({ title: "x" });
      const label = await Label.create({ name: "reader" });
      await paper.readers.add(label, { throughDefaults: { stars: () => 4 } });
      expect((await Reading.get({ paper, label })).stars).toBe(4);
    });

    test("who hears of links is told which side changed them", async () => {
      const heard: LinksMessage[] = [];
      const end = m2mChanged.connect((message) => void heard.push(message));
      const paper = await Paper.create({ title: "x" });
      const [a, b] = await Label.all().bulkCreate([{ name: "a" }, { name: "b" }]);
      await paper.labels.add([a, b].filter((one) => one !== undefined));
      await a?.papers.remove(paper);
      end();
      expect(heard.map(({ action, reverse, model, keys }) => [action, reverse, model, keys])).toEqual([
        ["preAdd", false, Label, [a?.id, b?.id]],
        ["postAdd", false, Label, [a?.id, b?.id]],
        ["preRemove", true, Paper, [paper.id]],
        ["postRemove", true, Paper, [paper.id]],
      ]);
    });
  });
}
