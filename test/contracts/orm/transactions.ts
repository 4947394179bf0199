import {
  atomic,
  CommitHookFailed,
  DatabaseError,
  inAtomic,
  onCommit,
  TransactionBroken,
  TransactionConflict,
  TransactionEnded,
  TransactionNested,
  UniqueViolation,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";

import { pluck, withTables, type OrmEngine } from "./engine.js";
import { Room } from "./models.js";

export function describeTransactions(engine: OrmEngine): void {
  describe("transactions", () => {
    withTables(engine);

    test("commit all of their work, or none of it", async () => {
      const result = await atomic(async () => {
        await Room.create({ slug: "a" });
        await Room.create({ slug: "b" });
        return "done";
      });
      expect(result).toBe("done");
      const failing = atomic(async () => {
        await Room.create({ slug: "c" });
        fail();
      });
      await expect(failing).rejects.toThrow("no");
      expect(await slugs()).toEqual(["a", "b"]);
    });

    test("see their own work, which others do not see before the commit", async () => {
      // In memory, SQLite has one connection: the others wait for the end of the transaction instead.
      const isAlone = engine.name === "sqlite in memory";
      const outside = gate();
      const others = outside.then(() => slugs());
      await atomic(async () => {
        await Room.create({ slug: "a" });
        expect(await slugs()).toEqual(["a"]);
        outside.open();
        if (!isAlone) await others;
      });
      expect(await others).toEqual(isAlone ? ["a"] : []);
    });

    test("are not joined by the queries of other flows of code", async () => {
      const inside = gate();
      const written = gate();
      const failing = atomic(async () => {
        await Room.create({ slug: "mine" });
        inside.open();
        await written;
        fail();
      });
      await inside;
      const other = Room.create({ slug: "other" });
      // SQLite's one writer lets the other write when the transaction has ended; PostgreSQL at once.
      if (engine.name === "postgres") await other;
      written.open();
      await expect(failing).rejects.toThrow("no");
      await other;
      expect(await slugs()).toEqual(["other"]);
    });

    test("of several flows at once are all done", async () => {
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          atomic(async () => {
            await Room.create({ slug: `a${index}` });
            if (index % 3 === 0) fail();
            await Room.create({ slug: `b${index}` });
          }).catch(() => {}),
        ),
      );
      expect(await Room.count()).toBe(40);
    });

    test("nest as savepoints: an inner one is undone alone", async () => {
      await atomic(async () => {
        await Room.create({ slug: "a" });
        const inner = atomic(async () => {
          await Room.create({ slug: "b" });
          await atomic(() => Room.create({ slug: "c" }));
          fail();
        });
        await expect(inner).rejects.toThrow("no");
        await atomic(() => Room.create({ slug: "d" }));
      });
      expect(await slugs()).toEqual(["a", "d"]);
    });

    test("inner ones beside each other take turns", async () => {
      await atomic(async () => {
        const results = await Promise.allSettled([
          atomic(async () => {
            await Room.create({ slug: "a" });
            await Room.create({ slug: "b" });
            fail();
          }),
          atomic(async () => {
            await Room.create({ slug: "c" });
            await Room.create({ slug: "d" });
          }),
          Room.create({ slug: "e" }),
        ]);
        expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
      });
      expect(await slugs()).toEqual(["c", "d", "e"]);
    });

    test("trap 46: a query that fails breaks the innermost atomic, which then runs no more", async () => {
      await Room.create({ slug: "a" });
      const broken = atomic(async () => {
        await Room.create({ slug: "b" });
        await expect(Room.create({ slug: "a" })).rejects.toThrow(UniqueViolation);
        await Room.create({ slug: "c" });
      });
      await expect(broken).rejects.toThrow(TransactionBroken);
      expect(await slugs()).toEqual(["a"]);
    });

    test("an error that is swallowed is not taken for a commit", async () => {
      await Room.create({ slug: "a" });
      const swallowing = atomic(async () => {
        await Room.create({ slug: "b" });
        await Room.create({ slug: "a" }).catch(() => {});
      });
      await expect(swallowing).rejects.toMatchObject({ code: "ORM_TRANSACTION_BROKEN", cause: { model: "Room" } });
      expect(await slugs()).toEqual(["a"]);
    });

    test("what may fail is tried in an atomic of its own", async () => {
      await Room.create({ slug: "a" });
      await atomic(async () => {
        await atomic(() => Room.create({ slug: "a" })).catch(() => {});
        await Room.create({ slug: "b" });
      });
      expect(await slugs()).toEqual(["a", "b"]);
    });

    test("a query that comes after the end of its atomic is an error, not a leak", async () => {
      let late: (() => Promise<unknown>) | undefined;
      const ended = gate();
      await atomic(async () => {
        late = async () => {
          await ended;
          return Room.create({ slug: "late" });
        };
        await Room.create({ slug: "a" });
        const leaking = late();
        leaking.catch(() => {});
        late = () => leaking;
      });
      ended.open();
      await expect(late?.()).rejects.toThrow(TransactionEnded);
      expect(await slugs()).toEqual(["a"]);
    });

    test("refuse to write where they are read only, and take an isolation level", async () => {
      await Room.create({ slug: "there" });
      const rooms = await atomic(() => Room.count(), { readOnly: true, isolation: "serializable" });
      expect(rooms).toBe(1);
      await expect(atomic(() => Room.create({ slug: "not" }), { readOnly: true })).rejects.toThrow(DatabaseError);
      await Room.create({ slug: "again" });
      expect(await Room.count()).toBe(2);
      await atomic(async () => {
        await expect(atomic(() => {}, { isolation: "serializable" })).rejects.toThrow(TransactionNested);
      });
    });

    test("are run again when the database ended them because of another", async () => {
      let runs = 0;
      const work = async (): Promise<string> => {
        runs++;
        await Room.create({ slug: `run-${runs}` });
        if (runs < 3) throw new TransactionConflict({ problem: "In each other's way." });
        return "done";
      };
      expect(await atomic(work, { retries: 3 })).toBe("done");
      expect((await Room.all()).map((room) => room.slug)).toEqual(["run-3"]);
      runs = 0;
      await expect(atomic(work, { retries: 1 })).rejects.toThrow(TransactionConflict);
    });

    test("a robust function of onCommit only logs its error", async () => {
      await atomic(async () => {
        await onCommit(() => Promise.reject(new Error("expected in the log")), { robust: true });
        await Room.create({ slug: "kept" });
      });
      expect(await Room.count()).toBe(1);
    });

    test("a durable one refuses to be nested", async () => {
      await atomic(async () => {
        await expect(atomic(() => {}, { durable: true })).rejects.toThrow(TransactionNested);
      });
      await atomic(() => Room.create({ slug: "a" }), { durable: true });
      expect(await Room.count()).toBe(1);
    });

    test("inAtomic tells whether there is one", async () => {
      expect(inAtomic()).toBe(false);
      await atomic(() => expect(inAtomic()).toBe(true));
      expect(inAtomic()).toBe(false);
    });

    test("trap 45: onCommit runs after the commit, in order, awaited", async () => {
      const seen: string[] = [];
      await atomic(async () => {
        await onCommit(async () => {
          seen.push(`first, ${(await slugs()).join()}, ${inAtomic()}`);
        });
        await atomic(async () => onCommit(() => void seen.push("second")));
        await Room.create({ slug: "a" });
        expect(seen).toEqual([]);
        await onCommit(() => onCommit(() => void seen.push("third, at once")));
      });
      expect(seen).toEqual(["first, a, false", "second", "third, at once"]);
    });

    test("onCommit is dropped with the savepoint or the transaction that it was given in", async () => {
      const seen: string[] = [];
      await atomic(async () => {
        await onCommit(() => void seen.push("kept"));
        const inner = atomic(async () => {
          await onCommit(() => void seen.push("dropped"));
          await atomic(() => onCommit(() => void seen.push("dropped too")));
          fail();
        });
        await expect(inner).rejects.toThrow("no");
      });
      const failing = atomic(async () => {
        await onCommit(() => void seen.push("dropped as well"));
        fail();
      });
      await expect(failing).rejects.toThrow("no");
      expect(seen).toEqual(["kept"]);
    });

    test("onCommit runs at once where there is no transaction", async () => {
      const seen: string[] = [];
      await onCommit(async () => void seen.push("now"));
      expect(seen).toEqual(["now"]);
      await expect(onCommit(fail)).rejects.toThrow("no");
    });

    test("a function of onCommit that fails keeps neither the commit nor the others from happening", async () => {
      const seen: string[] = [];
      const failing = atomic(async () => {
        await Room.create({ slug: "a" });
        await onCommit(fail);
        await onCommit(() => void seen.push("ran"));
      });
      const error = await failing.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CommitHookFailed);
      expect(error).toMatchObject({ params: { failed: 1, total: 2 }, cause: { message: "no" } });
      expect(seen).toEqual(["ran"]);
      expect(await slugs()).toEqual(["a"]);
    });
  });
}

async function slugs(): Promise<string[]> {
  return pluck(await Room.orderBy("slug"), "slug");
}

function fail(): never {
  throw new Error("no");
}

/** A promise that is opened by hand. */
function gate(): Promise<void> & { readonly open: () => void } {
  const { promise, resolve } = deferred<void>();
  return Object.assign(promise, { open: () => resolve() });
}
