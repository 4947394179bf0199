import {
  atomic,
  closeDatabases,
  connectDatabase,
  createTables,
  databases,
  f,
  Model,
  readReplicas,
  setRouters,
} from "hotclub/orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

class Note extends Model {
  text = f.text();
}
class LogLine extends Model {
  text = f.text();
}

describe("several databases", () => {
  beforeEach(async () => {
    for (const alias of ["default", "replica", "logs"]) {
      databases.set(alias, await connectDatabase("sqlite::memory:"));
      await createTables([Note, LogLine], { using: alias });
    }
  });
  afterEach(async () => {
    setRouters([]);
    await closeDatabases();
  });

  test("using says which one is asked, and instances go back to where they came from", async () => {
    await Note.create({ text: "here" });
    const there = await Note.create({ text: "there" }, { using: "replica" });
    there.text = "still there";
    await there.save();
    expect(await Note.all().valuesList("text", { flat: true })).toEqual(["here"]);
    expect(await Note.using("replica").valuesList("text", { flat: true })).toEqual(["still there"]);
    await there.delete();
    expect(await Note.using("replica").count()).toBe(0);
    expect(await Note.count()).toBe(1);
  });

  test("a router sends the rows of a model elsewhere", async () => {
    setRouters([
      {
        forRead: (model) => (model === LogLine ? "logs" : undefined),
        forWrite: (model) => (model === LogLine ? "logs" : undefined),
      },
    ]);
    await LogLine.create({ text: "a" });
    await LogLine.bulkCreate([{ text: "b" }]);
    await Note.create({ text: "c" });
    expect(await LogLine.count()).toBe(2);
    expect(await LogLine.using("default").count()).toBe(0);
    expect(await Note.using("default").count()).toBe(1);
    expect(await LogLine.filter({ text: "a" }).update({ text: "z" })).toBe(1);
  });

  test("replicas are read from, but not by who has just written", async () => {
    await Note.create({ text: "replicated" }, { using: "replica" });
    setRouters([readReplicas({ replicas: ["replica"], stickyMs: 60_000 })]);
    expect(await Note.all().valuesList("text", { flat: true })).toEqual(["replicated"]);
    await atomic(async () => {
      expect(await Note.count()).toBe(0);
    });
    await Note.create({ text: "mine" });
    expect(await Note.all().valuesList("text", { flat: true })).toEqual(["mine"]);
  });
});
