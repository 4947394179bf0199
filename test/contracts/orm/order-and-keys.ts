import {
  assertQueries,
  createTables,
  describeModel,
  f,
  meta,
  Model,
  ModelInvalid,
  modelOptions,
  NotSaved,
  QueryInvalid,
  unique,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { at, pluck, withTables, type OrmEngine } from "./engine.js";

class Project extends Model {
  name = f.char({ maxLength: 40, unique: true });
  tasks = f.reverse(() => Task, "project");
  static meta = meta({ naturalKey: ["name"] });
}
class Task extends Model<Task> {
  project = f.foreignKey(() => Project, { onDelete: "cascade" });
  title = f.char({ maxLength: 40 });
  dueAt = f.dateTime({ default: () => at("2026-01-01T00:00:00Z") });
  static meta = meta({
    orderWithRespectTo: "project",
    naturalKey: ["project", "title"],
    defaultRelatedName: "todo",
    constraints: [unique("project", "title")],
  });
}
/** The places of its rows are in the table of tasks. */
class Milestone extends Task {
  size = f.int({ default: 1 });
}
class Label extends Model {
  name = f.char({ maxLength: 20 });
  on = f.manyToMany(() => Project);
  static meta = meta({ defaultRelatedName: "labels" });
}
class Step extends Model {
  task = f.foreignKey(() => Task, { onDelete: "cascade" });
  number = f.int();
  static meta = meta({ naturalKey: ["task", "number"] });
}
class Twice extends Model {
  first = f.foreignKey(() => Label, { onDelete: "cascade" });
  second = f.foreignKey(() => Label, { onDelete: "cascade" });
  static meta = meta({ defaultRelatedName: "twice" });
}
class Disordered extends Model {
  project = f.foreignKey(() => Project, { onDelete: "cascade" });
  static meta = meta({ ordering: ["pk"], orderWithRespectTo: "project" });
}

export function describeOrderAndKeys(engine: OrmEngine): void {
  describe("places, neighbours, natural keys and names on other models", () => {
    withTables(engine);
    beforeAll(() => createTables([Project, Task, Milestone, Label, Step, Twice]));
    let one: Project;
    let two: Project;
    beforeEach(async () => {
      for (const model of [Step, Twice, Label, Milestone, Task, Project]) await model.all().delete();
      one = await Project.create({ name: "one" });
      two = await Project.create({ name: "two" });
    });

    test("new rows come last among those of the same owner, however they are made", async () => {
      await Task.create({ project: one, title: "a" });
      await Task.create({ project: two, title: "x" });
      await new Task({ project: one, title: "b" }).save();
      await one.tasks.create({ title: "c" });
      await Task.bulkCreate([
        { project: one, title: "d" },
        { project: two, title: "y" },
        { project: one, title: "e" },
      ]);
      expect(pluck(await one.tasks, "title")).toEqual(["a", "b", "c", "d", "e"]);
      expect(pluck(await two.tasks, "title")).toEqual(["x", "y"]);
      const places = await Task.filterBy({ project: one, _order__gte: 3 }).count();
      expect(places).toBe(2);
    });

    test("a saved row keeps its place, and another order can be given", async () => {
      const [a, b, c] = await Task.bulkCreate(["a", "b", "c"].map((title) => ({ project: one, title })));
      if (a === undefined || b === undefined || c === undefined) throw new Error("not made");
      await a.assign({ title: "A" }).save();
      expect(await one.tasks.getOrder()).toEqual([a.pk, b.pk, c.pk]);
      await one.tasks.setOrder([c, a.pk, b]);
      expect(pluck(await one.tasks, "title")).toEqual(["c", "A", "b"]);
      expect(await one.tasks.getOrder()).toEqual([c.pk, a.pk, b.pk]);
      const last = await Task.get({ title: "b" });
      expect((await last.getPreviousInOrder()).title).toBe("A");
      expect((await (await Task.get({ title: "c" })).getNextInOrder()).title).toBe("A");
      await expect(last.getNextInOrder()).rejects.toThrow(Task.DoesNotExist);
      await a.fullClean();
      await expect(one.getNextInOrder()).rejects.toThrow(QueryInvalid);
    });

    test("a model that extends one with places has them, too", async () => {
      await Task.create({ project: one, title: "a" });
      await Milestone.create({ project: one, title: "m", size: 2 });
      await new Milestone({ project: one, title: "n" }).save();
      expect(pluck(await one.tasks, "title")).toEqual(["a", "m", "n"]);
      expect(pluck(await Milestone.all(), "title")).toEqual(["m", "n"]);
    });

    test("the place is a column like another to migrations, and no field to people", () => {
      const { fields, options } = describeModel(Task);
      expect(fields.get("_order")).toMatchObject({ type: "int", options: { default: 0 } });
      expect(options["ordering"]).toEqual(["_order"]);
      expect(modelOptions(Task).fields.map(({ name }) => name)).toEqual(["id", "project", "title", "dueAt"]);
      expect(() => describeModel(Disordered)).toThrow(ModelInvalid);
    });

    test("the next and the previous row are found by a field, and by key where values are the same", async () => {
      const make = (title: string, day: string) =>
        Task.create({ project: one, title, dueAt: at(`2026-01-${day}T00:00:00Z`) });
      const late = await make("late", "20");
      const first = await make("first", "02");
      const same = await make("same", "02");
      await Task.create({ project: two, title: "between", dueAt: at("2026-01-10T00:00:00Z") });
      expect((await first.getNextBy("dueAt")).title).toBe("same");
      expect((await same.getNextBy("dueAt")).title).toBe("between");
      expect((await same.getNextBy("dueAt", { project: one })).title).toBe("late");
      expect((await late.getPreviousBy("dueAt", { title__startswith: "f" })).title).toBe("first");
      expect((await same.getPreviousBy("title")).title).toBe("late");
      await expect(late.getNextBy("dueAt")).rejects.toThrow(Task.DoesNotExist);
      await expect(new Task({ project: one, title: "new" }).getNextBy("dueAt")).rejects.toThrow(NotSaved);
    });

    test("a row is known by its natural key, through references too", async () => {
      const task = await Task.create({ project: one, title: "a" });
      const step = await Step.create({ task, number: 3 });
      expect(await one.naturalKey()).toEqual(["one"]);
      expect(await step.naturalKey()).toEqual(["one", "a", 3]);
      const found = await assertQueries(1, () => Step.getByNaturalKey("one", "a", 3));
      expect(found.pk).toBe(step.pk);
      expect((await Project.getByNaturalKey("two")).pk).toBe(two.pk);
      await expect(Step.getByNaturalKey("two", "a", 3)).rejects.toThrow(Step.DoesNotExist);
      await expect(Step.getByNaturalKey("one")).rejects.toThrow(QueryInvalid);
      await expect(Label.getByNaturalKey("x")).rejects.toThrow(ModelInvalid);
    });

    test("a model says what it is called on those it refers to", async () => {
      await Task.create({ project: one, title: "a" });
      const label = await Label.create({ name: "red" });
      await label.on.add(one);
      expect(pluck(await Project.filterBy({ todo__title: "a" }), "name")).toEqual(["one"]);
      expect(pluck(await Project.filterBy({ labels__name: "red" }), "name")).toEqual(["one"]);
      expect(pluck(await Project.filterBy({ labels__isnull: true }), "name")).toEqual(["two"]);
      expect(() => Label.filterBy({ twice__pk: 1 })).toThrow(/several relations/);
      expect(() => Project.filterBy({ todos__title: "a" })).toThrow(/no field "todos"/);
    });
  });
}
