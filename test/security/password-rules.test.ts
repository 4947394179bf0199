import {
  minimumLength,
  notCommon,
  notLikeOwner,
  notOnlyDigits,
  passwordProblems,
  PasswordRefused,
  requireGoodPassword,
} from "hotclub/security";
import { describe, expect, test } from "vitest";

async function codes(password: string, attributes: Record<string, string | undefined> = {}): Promise<string[]> {
  return (await passwordProblems(password, { attributes })).map(({ code }) => code);
}

describe("a password", () => {
  test.each([
    ["rêves", ["password_too_short"]],
    ["19370423", ["password_entirely_numeric"]],
    ["password", ["password_too_common"]],
    ["Password", ["password_too_common"]],
    ["1234", ["password_too_short", "password_too_common", "password_entirely_numeric"]],
    ["les yeux noirs", []],
  ])("%j has the problems %j", async (password, expected) => {
    expect(await codes(password)).toEqual(expected);
  });

  test.each([
    ["djangoreinhardt", { "user name": "django.reinhardt" }],
    ["reinhardt1", { "e-mail address": "reinhardt@hotclub.example" }],
    ["HOTCLUB-EXAMPLE", { "e-mail address": "dj@hotclub.example" }],
  ])("%j is too much like %j", async (password, attributes) => {
    expect(await codes(password, attributes)).toEqual(["password_too_similar"]);
  });

  test("may hold a letter that is her name, and what is not known is like nothing", async () => {
    expect(await codes("les yeux noirs", { "user name": "x", "first name": "", "last name": undefined })).toEqual([]);
  });

  test("is counted as people count", () => {
    expect(minimumLength(8).check("🎸🎸🎸🎸🎸🎸🎸", {})).toMatchObject({ params: { min: 8, length: 7 } });
    expect(minimumLength(7).check("🎸🎸🎸🎸🎸🎸🎸", {})).toBeUndefined();
    expect(notOnlyDigits().check("١٢٣٤٥٦٧٨", {})).toMatchObject({ code: "password_entirely_numeric" });
  });

  test("that keeps no rule is refused with all that is wrong, in sentences", async () => {
    await expect(requireGoodPassword("1234", {}, [minimumLength(), notCommon()])).rejects.toThrow(PasswordRefused);
    await expect(requireGoodPassword("1234", {}, [minimumLength(), notCommon()])).rejects.toThrow(
      "This password is too short: it has 4 of at least 8 characters. This password is used by many people.",
    );
    await expect(requireGoodPassword("les yeux noirs")).resolves.toBeUndefined();
  });

  test("may be more or less like its owner", () => {
    const owner = { attributes: { "user name": "stephane" } };
    expect(notLikeOwner(0.9).check("stephane42", owner)).toBeUndefined();
    expect(notLikeOwner(0.7).check("stephane42", owner)).toMatchObject({ params: { name: "user name" } });
  });
});
