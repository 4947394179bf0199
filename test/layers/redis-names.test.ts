import * as fc from "fast-check";
import { expect, test } from "vitest";

import { HashRing } from "../../src/layers/redis/hash-ring.js";
import { hashTag } from "../../src/layers/redis/hash-tag.js";
import { RedisKeys } from "../../src/layers/redis/redis-keys.js";
import { parseRedisUrl } from "../../src/layers/redis/redis-url.js";

const name = fc.string({ unit: fc.constantFrom("a", "b", "Z", "0", "9", ".", "_", "-"), minLength: 1, maxLength: 60 });
const channel = fc.oneof(
  name,
  fc.tuple(name, name).map(([owner, local]) => `specific.${owner.replaceAll(".", "")}x!${local}`),
);
const identity = fc.tuple(fc.domain(), fc.nat(65_535)).map(([host, port]) => `${host}:${port}/0`);
const identities = fc.uniqueArray(identity, { minLength: 1, maxLength: 40 });

test("X1: whatever the shards and their order, writers and readers of a name find the same one", () => {
  fc.assert(
    fc.property(identities, fc.array(fc.oneof(channel, name), { maxLength: 50 }), fc.nat(), (shards, names, turn) => {
      const otherOrder = [...shards.slice(turn % shards.length), ...shards.slice(0, turn % shards.length)].toReversed();
      const [writer, reader] = [new HashRing(shards), new HashRing(otherOrder)];
      const keys = new RedisKeys("hotclub");
      for (const one of names) {
        const { list, wake } = keys.channel(one);
        const written = shards[writer.shardOf(hashTag(list))];
        expect(otherOrder[reader.shardOf(hashTag(list))]).toBe(written);
        expect(otherOrder[reader.shardOf(hashTag(wake))]).toBe(written);
      }
    }),
  );
});

test("a shard that is added takes its share of the names, and no other name moves", () => {
  fc.assert(
    fc.property(identities, identity, (shards, added) => {
      if (shards.includes(added)) return;
      const [before, after] = [new HashRing(shards), new HashRing([added, ...shards])];
      for (let n = 0; n < 200; n++) {
        const moved = [added, ...shards][after.shardOf(`room.${n}`)];
        expect([added, shards[before.shardOf(`room.${n}`)]]).toContain(moved);
      }
    }),
  );
  expect.hasAssertions();
});

test("names that look alike spread evenly", () => {
  const ring = new HashRing(["a:6379/0", "b:6379/0", "c:6379/0", "d:6379/0"]);
  const counts = [0, 0, 0, 0];
  for (let n = 0; n < 40_000; n++) {
    const shard = ring.shardOf(`hotclub:g:room.${n}`);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(2000);
});

test("the hash tag is what a cluster takes for it", () => {
  expect(hashTag("hotclub:g:room")).toBe("hotclub:g:room");
  expect(hashTag("hotclub:history:{hotclub:g:room}")).toBe("hotclub:g:room");
  expect(hashTag("a{}b{c}")).toBe("a{}b{c}");
  expect(hashTag("a{b}{c}")).toBe("b");
  expect(hashTag("a{b")).toBe("a{b");
  expect(hashTag("a}b{c}")).toBe("c");
});

test("a URL names one Redis, shards, a master of Sentinel, or a cluster", () => {
  expect(parseRedisUrl("redis://:p@h:7/3")).toMatchObject({
    kind: "shards",
    shards: [{ identity: "h:7/3", address: "h:7", database: "3", connection: "redis://:p@h:7/3" }],
  });
  expect(parseRedisUrl("redis://a, rediss://[::1]:2")).toMatchObject({
    shards: [{ address: "a:6379" }, { address: "[::1]:2", database: "0" }],
  });
  expect(parseRedisUrl("redis+sentinel://u:p%40@a,b:7/mymaster/2?sentinelPassword=s")).toMatchObject({
    shards: [
      {
        identity: "mymaster/2",
        address: "mymaster of Sentinel a:26379,b:7",
        connection: {
          sentinels: [
            { host: "a", port: 26_379 },
            { host: "b", port: 7 },
          ],
          name: "mymaster",
          username: "u",
          password: "p@",
          sentinelPassword: "s",
          db: 2,
        },
      },
    ],
  });
  expect(parseRedisUrl("redis+sentinel://a,b/one,redis+sentinel://a,b/two")).toMatchObject({
    shards: [{ identity: "one/0" }, { identity: "two/0" }],
  });
  expect(parseRedisUrl("rediss+cluster://:p@a:1,b")).toMatchObject({
    kind: "cluster",
    seeds: [{ address: "a:1" }, { address: "b:6379" }],
    security: { password: "p", tls: {} },
  });
});

test.each([
  "",
  "memcached://h",
  "127.0.0.1:6379",
  "redis://[",
  "redis://h:99999",
  "redis://h/x",
  "redis://:%zz@a,redis://a",
  "redis://a,b",
  "redis://a,redis://a:6379/0",
  "redis+sentinel://a",
  "redis+cluster://a/1",
  "redis+cluster://a,redis://b",
])("refuses the URL %s", (url) => {
  expect(() => parseRedisUrl(url)).toThrow(expect.objectContaining({ code: "LAYERS_OPTION_INVALID" }) as Error);
});

test("no message about a URL shows its password", () => {
  for (const url of ["redis://:secret@[", "redis+sentinel://u:secret@a", "redis://:secret@a,redis://:secret@a"]) {
    expect(() => parseRedisUrl(url)).toThrow(expect.not.stringContaining("secret") as string);
  }
});
