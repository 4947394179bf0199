import { ArrayAgg, Count, F, JSONArray, JSONObject, UUID4, UUID7, Value } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Message, Room } from "./models.js";

/** Functions that make JSON and keys. */
export function describeJsonFunctions(engine: OrmEngine): void {
  describe("functions that make JSON and keys", () => {
    withTables(engine);

    test("JSONObject and JSONArray say what JSON says, on every database", async () => {
      await lobby();
      const made = JSONObject({
        text: "text",
        likes: F("likes").plus(1),
        note: "note",
        isOpen: "room__isOpen",
        sent: "sentAt",
        "it's": Value("a key"),
        all: JSONArray("likes", "score", "room__slug"),
      });
      const rows = await Message.annotate({ made }).orderBy("likes");
      expect(rows.map((row) => row.made)).toEqual([
        {
          text: "Hello again",
          likes: 1,
          note: "edited",
          isOpen: true,
          sent: "2026-01-31T23:30:00.000Z",
          "it's": "a key",
          all: [0, 7, "lobby"],
        },
        {
          text: "hello",
          likes: 3,
          note: null,
          isOpen: true,
          sent: "2025-03-01T10:00:00.000Z",
          "it's": "a key",
          all: [2, null, "lobby"],
        },
      ]);
    });

    test("ArrayAgg makes a list of each group, in order", async () => {
      await lobby();
      const texts = ArrayAgg<string>("messages__text", {
        orderBy: "messages__likes",
        filter: { messages__likes__gte: 0 },
      });
      const rows = await Room.annotate({ texts, n: Count("messages") }).orderBy("slug");
      expect(pluck(rows, "texts")).toEqual([null, ["Hello again", "hello"]]);
      expect(await Message.none().aggregate({ all: ArrayAgg("text") })).toEqual({ all: null });
      expect(await Message.aggregate({ all: ArrayAgg("room__isOpen") })).toEqual({ all: [true, true] });
    });

    test("UUID4 and UUID7 make keys, one for each row, those of version 7 in order", async () => {
      await lobby();
      const rows = await Message.values({ four: UUID4(), seven: UUID7() });
      const pattern = (version: number) =>
        new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);
      for (const { four, seven } of rows) {
        expect(four).toMatch(pattern(4));
        expect(seven).toMatch(pattern(7));
      }
      expect(new Set(rows.flatMap(({ four, seven }) => [four, seven])).size).toBe(4);
      const [later] = await Message.values({ seven: UUID7() });
      const time = (uuid = ""): number => Number.parseInt(uuid.replace("-", "").slice(0, 12), 16);
      expect(time(later?.seven)).toBeGreaterThanOrEqual(time(rows[0]?.seven));
    });
  });
}
