import { channel } from "node:diagnostics_channel";

import {
  ArrayAgg,
  assertQueries,
  automaticModelsOf,
  CheckViolation,
  check,
  closeDatabases,
  connectDatabase,
  createTables,
  DatabaseBusy,
  DatabaseError,
  DatabaseNotConfigured,
  databases,
  DriverUnavailable,
  Exists,
  ExistsExpression,
  F,
  f,
  fieldOf,
  FieldOutsideModel,
  hasSwappableModel,
  IntegrityError,
  JSONBAgg,
  meta,
  Model,
  modelLabel,
  OperationalError,
  OrderBy,
  QueryCountWrong,
  QueryInvalid,
  RawQuery,
  referrersOf,
  registerFieldType,
  RelatedOne,
  RelatedSet,
  runAfterMigrate,
  sql,
  StatementTimeout,
  type QueryWarning,
} from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

class Label extends Model {
  name = f.char({ maxLength: 20 });
  tracks = f.reverse(() => Track, "label");
  office = f.reverseOne(() => Office, "label");
}
class Office extends Model {
  label = f.oneToOne(() => Label, { onDelete: "cascade" });
}
class Track extends Model {
  label = f.foreignKey(() => Label, { onDelete: "protect" });
  seconds = f.int();
  likes = f.int({ default: 0 });
  players = f.manyToMany(() => Label);
  static meta = meta({ constraints: [check({ seconds__gt: 0 }).named("track_lasts")] });
}

beforeAll(async () => {
  databases.set("default", await connectDatabase("sqlite::memory:"));
  await createTables([Label, Office, Track]);
});
afterAll(closeDatabases);

async function thrownBy(work: () => unknown): Promise<unknown> {
  return Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

describe("errors", () => {
  test("a check that the database makes names its model and constraint", async () => {
    const label = await Label.create({ name: "swing" });
    const error = await thrownBy(() => Track.create({ label, seconds: 0 }));
    expect(error).toBeInstanceOf(CheckViolation);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ code: "ORM_CHECK_VIOLATION", model: "Track", constraint: "track_lasts" });
  });

  test("what may go right the next time says so, and is told from what is wrong", () => {
    for (const Kind of [DatabaseBusy, StatementTimeout]) {
      const error = new Kind({ problem: "late" });
      expect(error).toBeInstanceOf(OperationalError);
      expect(error).toBeInstanceOf(DatabaseError);
    }
    expect(new DatabaseBusy({ problem: "late" }).temporary).toBe(true);
    expect(new CheckViolation({ problem: "no" }).temporary).toBe(false);
  });

  test("a database that is not there is named, with those that are", async () => {
    const error = await thrownBy(() => Label.using("archive").count());
    expect(error).toBeInstanceOf(DatabaseNotConfigured);
    expect((error as Error).message).toContain("archive");
    expect((error as Error).message).toContain("default");
  });

  test("a driver that cannot be loaded is named with the reason", async () => {
    const error = await thrownBy(() => connectDatabase("sqlite::memory:", { driver: "no-such-driver" as never }));
    expect(error).toBeInstanceOf(DriverUnavailable);
    expect((error as Error).message).toContain("no-such-driver");
  });

  test("a field outside of a model is refused where it stands", async () => {
    const error = await thrownBy(() => f.int());
    expect(error).toBeInstanceOf(FieldOutsideModel);
  });

  test("a wrong number of queries is told with their texts", async () => {
    const error = await thrownBy(() => assertQueries(2, () => Label.count()));
    expect(error).toBeInstanceOf(QueryCountWrong);
    expect((error as Error).message).toMatch(/Expected 2 queries, there were 1:\n {2}1\. SELECT COUNT/);
  });
});

describe("models", () => {
  test("are known by label, by who refers to them and by what Hotclub made for them", () => {
    expect(modelLabel(Track)).toBe("Track");
    expect(automaticModelsOf(Track).map(({ name }) => name)).toEqual(["Track_players"]);
    const referrers = referrersOf(Label).map(({ model, field, onDelete, isLink }) => [
      model.name,
      field,
      onDelete,
      isLink,
    ]);
    expect(referrers).toContainEqual(["Track", "label", "protect", false]);
    expect(referrers).toContainEqual(["Office", "label", "cascade", false]);
    expect(referrers.filter(([, , , isLink]) => isLink)).toHaveLength(1);
    expect(hasSwappableModel("catalogue.Track")).toBe(false);
  });

  test("have their apps called after migrations, one after the other", async () => {
    const seen: string[] = [];
    const app = (name: string) => ({
      name,
      afterMigrate: async ({ using }: { readonly using: string }) => {
        await Promise.resolve();
        seen.push(`${name} on ${using}`);
      },
    });
    await runAfterMigrate([app("one"), { name: "silent" }, app("two")], "archive");
    expect(seen).toEqual(["one on archive", "two on archive"]);
  });

  test("may have fields of a type that migrations are told of", () => {
    const none = (): never => {
      throw new Error("leads nowhere");
    };
    expect(fieldOf({ type: "stars", options: {} }, none)).toBeUndefined();
    registerFieldType("stars", (_options, _description, find) => {
      const made = fieldOf({ type: "smallInt", options: { min: 1, max: 5 } }, find);
      if (made === undefined) throw new Error("no field");
      return made;
    });
    expect(fieldOf({ type: "stars", options: {} }, none)?.toValue("3")).toBe(3);
  });
});

describe("what queries consist of", () => {
  test("is what the names say", () => {
    expect(Exists(Track.all())).toBeInstanceOf(ExistsExpression);
    expect(F("likes").desc()).toBeInstanceOf(OrderBy);
    expect(JSONBAgg).toBe(ArrayAgg);
    expect(Label.raw(sql`SELECT * FROM label`)).toBeInstanceOf(RawQuery);
    const label = new Label({ name: "x" });
    expect(label.tracks).toBeInstanceOf(RelatedSet);
    expect(label.office).toBeInstanceOf(RelatedOne);
  });

  test("tells of what misleads on a channel, also where the log is silent", async () => {
    const told: QueryWarning[] = [];
    const listen = (message: unknown): void => void told.push(message as QueryWarning);
    const warnings = channel("hotclub:orm:warning");
    warnings.subscribe(listen);
    await Track.orderBy("likes").values("label").distinct();
    warnings.unsubscribe(listen);
    expect(told).toMatchObject([{ trap: 25 }]);
  });

  test("days and times of day have no milliseconds added to them", async () => {
    class Day extends Model {
      on = f.date();
    }
    expect(() => Day.annotate({ next: F("on").plusMs(1) })).toThrow(QueryInvalid);
  });
});
