import { BitAnd, BitOr, BitXor, F, Q, registerLookup, registerTransform } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Message, Room } from "./models.js";

declare module "hotclub/orm" {
  interface TextLookups {
    readonly differs: string;
  }
  interface TextTransforms {
    readonly letters: "number";
  }
}

registerLookup("text", {
  name: "differs",
  accept(value, operand, values) {
    values.push(operand.toValue(value));
    return "";
  },
  build: (left, _variant, slotAt) => ({ kind: "compare", operator: "<>", left, right: slotAt(0) }),
});
registerTransform("text", {
  name: "letters",
  output: { kind: "number", type: { kind: "integer" }, toValue: Number },
  build: (item) => ({ kind: "function", name: "length", args: [item], output: { kind: "integer" } }),
});

/** Lookups and transforms that a program adds; and aggregates of bits. */
export function describeRegistered(engine: OrmEngine): void {
  describe("what a program adds to lookups", () => {
    withTables(engine);

    test("a lookup of one's own is asked for as the others, through relations and in conditions", async () => {
      await lobby();
      expect(pluck(await Message.filter({ text__differs: "hello" }), "text")).toEqual(["Hello again"]);
      expect(await Message.filter({ room__slug__differs: "lobby" }).count()).toBe(0);
      const either = Q({ text__differs: "hello" }).or(Q({ likes: 2 }));
      expect(await Message.filter(either).count()).toBe(2);
    });

    test("a lookup of one's own leaves rows without a value to exclude, as the others do", async () => {
      await lobby();
      expect(await Message.filter({ note__differs: "x" }).count()).toBe(1);
      expect(pluck(await Message.exclude({ note__differs: "x" }), "text")).toEqual(["hello"]);
    });

    test("a transform of one's own stands in lookups, orders and expressions", async () => {
      await lobby();
      expect(pluck(await Message.filter({ text__letters: 5 }), "text")).toEqual(["hello"]);
      expect(await Room.filter({ messages__text__letters__gte: 11 }).count()).toBe(1);
      expect(pluck(await Message.orderBy("-text__letters" as never), "text")).toEqual(["Hello again", "hello"]);
      const rows = await Message.annotate({ letters: F<number>("text__letters") }).orderBy("likes");
      expect(pluck(rows, "letters")).toEqual([11, 5]);
    });

    test("what was not added is refused with the name", () => {
      expect(() => Message.filterBy({ text__different: "hello" })).toThrow("different");
    });
  });

  // libsql cannot be given functions, and SQLite has none of its own for it.
  describe.skipIf(engine.name === "libsql")("aggregates of bits", () => {
    withTables(engine);

    test("BitAnd, BitOr and BitXor join whole numbers by their bits, and give null of none", async () => {
      const { room, django } = await lobby();
      await Message.create({ room, author: django, text: "third", likes: 6, score: 2 ** 40 + 3 });
      const bits = { all: BitAnd("likes"), any: BitOr("likes"), odd: BitXor("likes") };
      expect(await Message.filter({ likes__gt: 0 }).aggregate(bits)).toEqual({ all: 2, any: 6, odd: 4 });
      expect(await Message.none().aggregate(bits)).toEqual({ all: null, any: null, odd: null });
      expect(await Message.filter({ pk: 0 }).aggregate(bits)).toEqual({ all: null, any: null, odd: null });
      // Nulls are left out; beyond 32 bits JavaScript's own operators would be wrong.
      const scores = { all: BitAnd("score"), odd: BitXor("score", { filter: { likes__gt: 0 } }) };
      expect(await Message.aggregate(scores)).toEqual({ all: 3, odd: 2 ** 40 + 3 });
    });

    test("they are those of each group", async () => {
      await lobby();
      const rows = await Room.annotate({ any: BitOr("messages__likes") }).orderBy("slug");
      expect(pluck(rows, "any")).toEqual([null, 2]);
    });
  });
}
