import { asManager, createTables, f, Manager, meta, Model, ModelInvalid, QuerySet } from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Writer extends Model {
  name = f.char({ maxLength: 20 });
  articles = f.reverse(() => Article, "writer");
  notes = f.reverse(() => Scribble, "writer");
}
class Articles extends QuerySet<Article> {
  published() {
    return this.filter({ status: "published" });
  }
  longerThan(words: number) {
    return this.filter({ words__gt: words });
  }
  async archive(): Promise<number> {
    return this.update({ status: "archived" });
  }
}
class Published extends Manager.fromQuerySet(Articles) {
  override getQuerySet() {
    return super.getQuerySet().published();
  }
  newest() {
    return this.getQuerySet().orderBy("-id").first();
  }
}
class Article extends Model {
  title = f.char({ maxLength: 20 });
  status = f.char({ maxLength: 10, default: "published" });
  words = f.int({ default: 100 });
  writer = f.foreignKey(() => Writer, { onDelete: "cascade" });
  static objects = asManager(Articles, () => Article);
  static published = new Published(() => Article);
}
class Kept extends Manager<Scribble> {
  override getQuerySet() {
    return super.getQuerySet().filter({ isGone: false });
  }
}
class Scribble extends Model {
  text = f.char({ maxLength: 20 });
  isGone = f.bool({ default: false });
  writer = f.foreignKey(() => Writer, { onDelete: "cascade" });
  stars = f.reverse(() => Star, "scribble");
  static kept = new Kept(() => Scribble);
  static everything = new Manager<Scribble>(() => Scribble);
  static meta = meta({ defaultManager: "kept" });
}
class Star extends Model {
  scribble = f.foreignKey(() => Scribble, { onDelete: "cascade" });
}

const models = [Writer, Article, Scribble, Star];

async function titles(set: PromiseLike<{ readonly title: string }[]>): Promise<string[]> {
  return (await set).map((row) => row.title);
}

export function describeManagers(engine: OrmEngine): void {
  describe("managers", () => {
    withTables(engine);
    let writer: Writer;
    beforeAll(() => createTables(models));
    beforeEach(async () => {
      await Writer.all().delete();
      writer = await Writer.create({ name: "Ann" });
      await Article.create({ title: "a", writer });
      await Article.create({ title: "b", writer, status: "draft" });
      await Article.create({ title: "c", writer, words: 900 });
    });

    test("have the methods of a class of query sets, which stay through other steps", async () => {
      expect(await titles(Article.objects.published().longerThan(500))).toEqual(["c"]);
      expect(await titles(Article.objects.filter({ words: 100 }).orderBy("title").published())).toEqual(["a"]);
      expect(await Article.objects.published().slice(0, 1).count()).toBe(1);
      expect(await Article.objects.longerThan(500).archive()).toBe(1);
      expect(await Article.objects.count()).toBe(3);
      expect(Article.objects.all()).toBeInstanceOf(Articles);
      expect(await Article.objects.get({ title: "b" })).toBeInstanceOf(Article);
    });

    test("give the rows that getQuerySet says", async () => {
      expect(await titles(Article.published.all())).toEqual(["a", "c"]);
      expect(await titles(Article.published.longerThan(500))).toEqual(["c"]);
      expect((await Article.published.newest())?.title).toBe("c");
      await expect(Article.published.get({ title: "b" })).rejects.toBeInstanceOf(Article.DoesNotExist);
      const [made, isNew] = await Article.published.getOrCreate({ title: "d", writer });
      expect([made.title, isNew]).toEqual(["d", true]);
      expect(await Article.count()).toBe(4);
    });

    test("give the rows of a related set", async () => {
      expect(await writer.articles.count()).toBe(3);
      expect(await titles(writer.articles.all(Article.published).longerThan(500))).toEqual(["c"]);
      const other = await Writer.create({ name: "Bob" });
      expect(await other.articles.all(Article.published).count()).toBe(0);
    });

    test("are what queries of a model begin with where its meta says so", async () => {
      await Scribble.create({ text: "one", writer });
      const gone = await Scribble.create({ text: "two", writer, isGone: true });
      const star = await Star.create({ scribble: gone });
      expect(await Scribble.count()).toBe(1);
      expect(await Scribble.filter({ writer }).count()).toBe(1);
      expect(await writer.notes.count()).toBe(1);
      const [read] = await Writer.all().prefetchRelated("notes");
      expect(await read?.notes.count()).toBe(1);
      expect(await Scribble.everything.count()).toBe(2);
      expect(await writer.notes.all(Scribble.everything).count()).toBe(2);
      // References see all rows, and an instance finds its own.
      expect((await (await Star.get({ pk: star.pk })).scribble).text).toBe("two");
      expect((await gone.refreshFromDb()).text).toBe("two");
      await gone.assign({ text: "three" }).save();
      expect((await gone.delete()).count).toBe(2);
    });

    test("that a meta names must be there", () => {
      class Lost extends Model {
        static meta = meta({ defaultManager: "nothing" });
      }
      expect(() => Lost.all()).toThrow(ModelInvalid);
    });
  });
}
