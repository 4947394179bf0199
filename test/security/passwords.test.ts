import { readFile } from "node:fs/promises";

import {
  Argon2Hasher,
  BcryptHasher,
  HasherMissing,
  type PasswordHasher,
  PasswordHashes,
  Pbkdf2Hasher,
  randomText,
  ScryptHasher,
  unusablePassword,
} from "hotclub/security";
import { describe, expect, test } from "vitest";

import { askDjango } from "../services/django.js";

const password = "Manoir de mes rêves";

/** Each way, at a cost that tests can pay. */
const cheap: readonly PasswordHasher[] = [
  new Argon2Hasher({ memoryKiB: 1024, passes: 2, lanes: 1 }),
  new Pbkdf2Hasher("pbkdf2_sha256", 1000),
  new Pbkdf2Hasher("pbkdf2_sha1", 1000),
  new ScryptHasher({ work: 1024, blockSize: 8, parallelism: 1 }),
  new BcryptHasher("bcrypt_sha256", 4),
  new BcryptHasher("bcrypt", 4),
];

describe.each(cheap.map((hasher) => [hasher.algorithm, hasher] as const))("%s", (algorithm, hasher) => {
  test("knows the password that a hash was made from, and no other", async () => {
    const encoded = await hasher.hash(password);
    expect(encoded.split("$")[0]).toBe(algorithm);
    expect(await hasher.verify(password, encoded)).toBe(true);
    expect(await hasher.verify(`${password} `, encoded)).toBe(false);
    expect(await hasher.verify("", encoded)).toBe(false);
  });

  test("salts each hash anew", async () => {
    expect(await hasher.hash(password)).not.toBe(await hasher.hash(password));
  });

  test("tells hashes of another cost, and takes broken ones for nobody's", async () => {
    const encoded = await hasher.hash(password);
    expect(hasher.isOutdated(encoded)).toBe(false);
    const usual = new PasswordHashes();
    expect(await usual.verify(password, encoded)).toEqual({ isRight: true, isOutdated: true });
    for (let end = 0; end < encoded.length; end += 1)
      expect(await hasher.verify(password, encoded.slice(0, end))).toBe(false);
  });
});

describe("hashes of passwords", () => {
  const hashes = new PasswordHashes(cheap);

  test("are made by the first of the ways, and read by all", async () => {
    expect(await hashes.hash(password)).toMatch(/^argon2\$argon2id\$v=19\$m=1024,t=2,p=1\$/);
    for (const hasher of cheap) {
      const verdict = await hashes.verify(password, await hasher.hash(password));
      expect(verdict).toEqual({ isRight: true, isOutdated: hasher !== cheap[0] });
    }
  });

  test("that nobody has are looked at all the same, so that the time tells nothing", async () => {
    let looks = 0;
    class Counted extends Argon2Hasher {
      override verify(given: string, encoded: string): Promise<boolean> {
        looks += 1;
        return super.verify(given, encoded);
      }
    }
    const counted = new PasswordHashes([new Counted({ memoryKiB: 1024, passes: 2, lanes: 1 })]);
    for (const encoded of [undefined, "", unusablePassword(), "crypt$$abc", "no hash at all"]) {
      expect(await counted.verify(password, encoded)).toEqual({ isRight: false, isOutdated: false });
    }
    expect(looks).toBe(5);
  });

  test("are not made of what only costs time", async () => {
    const encoded = await hashes.hash("x".repeat(5000));
    expect((await hashes.verify("x".repeat(5000), encoded)).isRight).toBe(false);
  });

  test("that ask for more memory or time than any table does are not read", async () => {
    const scrypt = "scrypt$1048576$salt$64$16$aGFzaA==";
    const pbkdf2 = "pbkdf2_sha256$99999999$salt$aGFzaA==";
    for (const encoded of [scrypt, pbkdf2]) expect((await hashes.verify(password, encoded)).isRight).toBe(false);
  });

  test("need one way at least", () => {
    expect(() => new PasswordHashes([])).toThrow(HasherMissing);
  });

  test("may be unusable: no password is right", async () => {
    const unusable = unusablePassword();
    expect(hashes.isUsable(unusable)).toBe(false);
    expect(hashes.isUsable(await hashes.hash(password))).toBe(true);
    expect((await hashes.verify(unusable, unusable)).isRight).toBe(false);
    expect(unusablePassword()).not.toBe(unusable);
  });
});

// Django's hashes cost what they cost in earnest: nine seconds of CPU, for both together.
test("Django and Hotclub read each other's hashes, of every kind", { timeout: 240_000 }, async () => {
  const program = await readFile(new URL("django-hashes.py", import.meta.url), "utf8");
  const ours = await Promise.all(cheap.map((hasher) => hasher.hash(password)));
  const check = ours.flatMap((encoded) => [
    [password, encoded],
    ["Nuages", encoded],
  ]);
  const { made, checked } = JSON.parse(await askDjango(program, JSON.stringify({ make: password, check }))) as {
    made: Record<string, string>;
    checked: boolean[];
  };
  expect(checked).toEqual(ours.flatMap(() => [true, false]));
  const { unusable = "", ...encoded } = made;
  const hashes = new PasswordHashes();
  expect(Object.keys(encoded).toSorted()).toEqual(cheap.map(({ algorithm }) => algorithm).toSorted());
  for (const one of Object.values(encoded)) {
    expect((await hashes.verify(password, one)).isRight).toBe(true);
    expect((await hashes.verify("Nuages", one)).isRight).toBe(false);
  }
  expect(hashes.isUsable(unusable)).toBe(false);
});

test("random text has the length and the letters that it is to have", () => {
  expect(randomText(40)).toMatch(/^[a-zA-Z0-9]{40}$/);
  expect(randomText(12, "01")).toMatch(/^[01]{12}$/);
});
