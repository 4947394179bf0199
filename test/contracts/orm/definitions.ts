import {
  check,
  createTables,
  atomic,
  databases,
  exclude,
  F,
  f,
  index,
  meta,
  Model,
  unique,
  UniqueViolation,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { Q } from "../../../src/orm/expressions/condition.js";
import { Lower } from "../../../src/orm/expressions/functions/text.js";
import { withTables, type OrmEngine } from "./engine.js";

class Booking extends Model {
  room = f.char({ maxLength: 20 });
  title = f.char({ maxLength: 20, default: "it's" });
  startsAt = f.dateTime();
  endsAt = f.dateTime();
  isCancelled = f.bool({ default: false });
  seat = f.int({ null: true });
  row = f.int({ null: true });
  static meta = meta<Booking>({
    indexes: [
      index("room", "-startsAt", { where: { isCancelled: false, room__in: ["it's", "b"] } }),
      index("title", { include: ["seat"], opclasses: { title: "text_pattern_ops" } }).named("booking_title"),
      index({ expressions: [Lower("title")] }),
    ],
    constraints: [
      check({ endsAt__gt: F("startsAt") }).named("booking_ends_after_it_starts"),
      check(Q({ seat__gte: 1 }).or(Q({ seat: null }))),
      unique("room", "startsAt", { where: { isCancelled: false } }).named("booking_one_at_a_time"),
      unique({ expressions: [Lower("title"), F("room")] }).named("booking_title_in_room"),
      unique("seat", "row", { nullsDistinct: false }),
    ],
  });
}

class Shift extends Model {
  position = f.int();
  static meta = meta({ constraints: [unique("position", { deferrable: "deferred" })] });
}

class Stay extends Model {
  name = f.char({ maxLength: 20 });
  kind = f.char({ maxLength: 20 });
  static meta = meta({
    constraints: [
      exclude({ elements: [["name", "="]], using: "hash", where: { kind: "only" } }).named("stay_only_one"),
    ],
  });
}

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
let seats = 0;

function book(
  values: Partial<{
    room: string;
    title: string;
    startsAt: Date;
    endsAt: Date;
    isCancelled: boolean;
    seat: number | null;
    row: number | null;
  }>,
) {
  return Booking.create({ room: "a", title: `t${++seats}`, startsAt: at(1), endsAt: at(2), seat: seats, ...values });
}

export function describeDefinitions(engine: OrmEngine): void {
  describe("indexes and constraints", () => {
    withTables(engine);
    beforeAll(() => createTables([Booking, Shift, Stay]));
    beforeEach(() => Booking.all().delete());

    test("a check refuses what does not meet it, and a row for which it is unknown passes", async () => {
      await book({ seat: null, row: 1 });
      await expect(book({ endsAt: at(1) })).rejects.toMatchObject({
        code: "ORM_CHECK_VIOLATION",
        model: "Booking",
        constraint: "booking_ends_after_it_starts",
      });
      await expect(book({ seat: -1 })).rejects.toMatchObject({ code: "ORM_CHECK_VIOLATION" });
    });

    test("a unique rule with a condition is about the rows that meet it", async () => {
      await book({ isCancelled: true });
      await book({ isCancelled: true });
      await book({});
      await expect(book({})).rejects.toMatchObject({ code: "ORM_UNIQUE_VIOLATION", model: "Booking" });
      await book({ room: "b" });
    });

    test("a unique rule may be about what the database computes", async () => {
      await book({ title: "Swing" });
      const error = await book({ title: "sWING", startsAt: at(0) }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UniqueViolation);
      expect(error).toMatchObject({ model: "Booking", constraint: "booking_title_in_room" });
      await book({ title: "swing", room: "b" });
    });

    test("nulls may count as equal", async () => {
      const { description } = databases.get();
      // PostgreSQL has it since version 15.
      if (Number(/PostgreSQL (\d+)/.exec(description)?.[1] ?? 99) < 15) return;
      await book({ seat: null, row: 1 });
      await book({ seat: null, row: 2, room: "b" });
      await expect(book({ seat: null, row: 1, room: "c" })).rejects.toThrow(UniqueViolation);
    });

    test("tables are made again without a complaint, and indexes keep their names", async () => {
      await createTables([Booking, Shift, Stay]);
      const database = databases.get();
      const shape = await database.backend.schemaEditor(database).introspect(["booking"]);
      expect(JSON.stringify([...shape.values()])).toContain("booking_title_in_room");
    });

    test("PostgreSQL checks later where it is told to, and excludes rows that meet others", async () => {
      if (engine.name !== "postgres") return;
      const [one, two] = [await Shift.create({ position: 1 }), await Shift.create({ position: 2 })];
      await atomic(async () => {
        one.position = 2;
        await one.save();
        two.position = 1;
        await two.save();
      });
      expect((await Shift.get({ position: 1 })).pk).toBe(two.pk);
      await Stay.create({ name: "a", kind: "other" });
      await Stay.create({ name: "a", kind: "only" });
      await expect(Stay.create({ name: "a", kind: "only" })).rejects.toMatchObject({
        model: "Stay",
        constraint: "stay_only_one",
      });
    });
  });
}
