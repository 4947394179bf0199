import { Count, F, Q, RowNumber, Window } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Message, Room, User } from "./models.js";

/** Query sets that become one by `and`, `or` and `xor`. */
export function describeMerging(engine: OrmEngine): void {
  describe("query sets combined", () => {
    withTables(engine);

    test("or gives the rows of either, and those of both, xor those of just one", async () => {
      await lobby();
      const liked = Message.filter({ likes__gt: 1 });
      const edited = Message.filter({ note__isnull: false });
      const all = Message.filter({ author__username__in: ["django", "stephane"] });
      expect(await liked.or(edited).count()).toBe(2);
      expect(await liked.and(edited).count()).toBe(0);
      expect(pluck(await liked.xor(all), "text")).toEqual(["Hello again"]);
      expect(pluck(await all.and(edited), "text")).toEqual(["Hello again"]);
      expect(await liked.xor(edited).xor(all).count()).toBe(0);
    });

    test("conditions of each stay together, negated ones too", async () => {
      await lobby();
      const none = Room.filter({ owner__username: "django" }).filter({ slug: "empty" });
      const ownerless = Room.exclude({ owner__username: "django" });
      expect(pluck(await none.or(ownerless), "slug")).toEqual(["empty"]);
      expect(pluck(await ownerless.or(none), "slug")).toEqual(["empty"]);
      expect(
        await Room.exclude({ messages__likes: 0 })
          .or(Room.filter({ messages__likes: 0 }))
          .count(),
      ).toBe(2);
    });

    test("rows without a related row are found by the other condition", async () => {
      await lobby();
      const owned = Room.filter({ owner__username: "django" });
      const empty = Room.filter({ slug: "empty" });
      expect(pluck(await owned.or(empty).orderBy("slug"), "slug")).toEqual(["empty", "lobby"]);
      expect(pluck(await empty.or(owned).orderBy("slug"), "slug")).toEqual(["empty", "lobby"]);
      expect(pluck(await owned.xor(empty).orderBy("slug"), "slug")).toEqual(["empty", "lobby"]);
    });

    test("or is about one related row, and about two", async () => {
      await lobby();
      const liked = Room.filter({ messages__likes: 2 });
      const again = Room.filter({ messages__text: "Hello again" });
      // One join for both sides of or: each related row that fits gives the room once.
      expect(pluck(await liked.or(again), "slug")).toEqual(["lobby", "lobby"]);
      expect(pluck(await liked.and(again), "slug")).toEqual(["lobby"]);
      expect(await Room.filter({ messages__likes: 2, messages__text: "Hello again" }).count()).toBe(0);
      expect(pluck(await liked.or(again.filter({ messages__likes: 0 })).distinct(), "slug")).toEqual(["lobby"]);
    });

    test("the order is that of the second, where it has one", async () => {
      await lobby();
      const byText = Message.filter({ likes: 2 }).orderBy("text");
      const byLikes = Message.filter({ likes: 0 }).orderBy(F<number>("likes").times(10).desc());
      expect(pluck(await byText.or(byLikes), "likes")).toEqual([2, 0]);
      expect((await byLikes.or(Message.filter({ likes: 2 })).last())?.likes).toBe(0);
    });

    test("what is sliced or annotated stands for its keys", async () => {
      const { first, second } = await lobby();
      const newest = Message.orderBy("-sentAt").slice(0, 1);
      const oldest = Message.orderBy("sentAt").slice(0, 1);
      expect(pluck(await newest.or(oldest).orderBy("pk"), "id")).toEqual([first.id, second.id]);
      expect(pluck(await Message.filter({ likes: 2 }).or(newest).orderBy("pk"), "id")).toEqual([first.id, second.id]);
      expect(await newest.and(Message.filter({ likes: 2 })).count()).toBe(0);
      const busy = Room.annotate({ n: Count("messages") }).filter({ n__gt: 1 });
      expect(pluck(await Room.filter({ slug: "empty" }).or(busy).orderBy("slug"), "slug")).toEqual(["empty", "lobby"]);
      const either = await busy.or(Room.filter({ slug: "empty" })).orderBy("slug");
      expect(either.map(({ slug, n }) => [slug, n])).toEqual([
        ["empty", 0],
        ["lobby", 2],
      ]);
      const ranked = Message.annotate({ place: Window(RowNumber(), { orderBy: "-likes" }) }).filter({ place: 1 });
      expect(await Message.filter({ likes: 0 }).or(ranked).count()).toBe(2);
    });

    test("values keep their slots however queries are combined", async () => {
      await lobby();
      const liked = Message.filter({ likes: 2 }).filter({ text: "hello" });
      const both = liked
        .or(Message.filter({ text: "Hello again" }).exclude({ likes__gt: 100 }))
        .filter({ likes__lt: 50 });
      expect(await both.count()).toBe(2);
      expect(await both.or(Message.filter({ text: "nothing" })).slice(1, 2)).toHaveLength(1);
      expect(
        await both.filter({ room__in: Room.filter({ slug: "lobby" }).or(Room.filter({ slug: "x" })) }).count(),
      ).toBe(2);
      expect(await both.update({ likes: 3 })).toBe(2);
    });

    test("nothing combined with or is the other, with and it is nothing", async () => {
      await lobby();
      const liked = Message.filter({ likes: 2 });
      expect(await liked.or(Message.none()).count()).toBe(1);
      expect(await Message.none().or(liked).count()).toBe(1);
      expect(await Message.none().xor(liked).count()).toBe(1);
      expect(await liked.and(Message.none()).count()).toBe(0);
      expect(await Message.none().and(liked).count()).toBe(0);
    });

    test("is the same as Q with the same conditions", async () => {
      await lobby();
      const [a, b] = [{ likes__gt: 1 }, { author__username: "stephane" }] as const;
      for (const word of ["and", "or", "xor"] as const) {
        const sets = await Message.filter(a)[word](Message.filter(b));
        const conditions = await Message.filter(Q(a)[word](Q(b)));
        expect(pluck(sets, "id")).toEqual(pluck(conditions, "id"));
      }
    });

    test("plain values are combined where their columns are the same", async () => {
      await lobby();
      const texts = (likes: number) => Message.filter({ likes }).values("text");
      expect(await texts(0).or(texts(2)).count()).toBe(2);
      expect(() => texts(0).or(Message.values("likes"))).toThrow("other columns");
      expect(() => texts(0).or(Message.all())).toThrow("other columns");
    });

    test("refuses what makes no sense together", async () => {
      // @ts-expect-error another model
      expect(() => Message.all().or(User.all())).toThrow("a query of User");
      expect(() => Message.all().distinct().or(Message.all())).toThrow("distinct");
      expect(() => Message.all().union(Message.all()).or(Message.all())).toThrow("union");
    });
  });
}
