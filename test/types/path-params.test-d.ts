import type { PathParams } from "hotclub/core";

/** Makes the compiler check that `value` is of type `T`; does nothing. */
function expectType<T>(value: T): T {
  return value;
}

expectType<PathParams<"room/:slug">>({ slug: "lobby" });
expectType<PathParams<"/rooms/:slug/:page<int>/">>({ slug: "lobby", page: 2 });
expectType<PathParams<"/:rest<path>">>({ rest: "a/b" });
// @ts-expect-error an int is a number
expectType<PathParams<":id<int>">>({ id: "1" });
// @ts-expect-error a parameter is missing
expectType<PathParams<":a/:b">>({ a: "1" });
// @ts-expect-error a parameter that the pattern does not have
expectType<PathParams<":a">>({ a: "1", b: "2" });
// @ts-expect-error a parameter is a whole segment
expectType<PathParams<"time:now/:zone">>({ now: "noon", zone: "utc" });
