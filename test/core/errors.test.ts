import { defineError, HotclubError, toError } from "hotclub/core";
import { describe, expect, it } from "vitest";

class TestFailed extends defineError({
  code: "TEST_FAILED_ON_PURPOSE",
  message: (p: { what: string }) => `${p.what} failed.`,
  status: 418,
  temporary: true,
}) {}

describe("errors", () => {
  it("carry code, parameters, status, close code and cause", () => {
    const cause = new Error("below");
    const error = new TestFailed({ what: "Swing" }, { cause });
    expect(error).toBeInstanceOf(HotclubError);
    expect(error).toMatchObject({
      name: "TestFailed",
      code: "TEST_FAILED_ON_PURPOSE",
      message: "Swing failed.",
      params: { what: "Swing" },
      status: 418,
      closeCode: 1011,
      temporary: true,
      cause,
    });
    expect(error.stack).toContain("errors.test.ts");
  });

  it("cannot be defined twice with one code", () => {
    expect(() => defineError({ code: "TEST_FAILED_ON_PURPOSE", message: () => "" })).toThrow("TEST_FAILED_ON_PURPOSE");
  });

  it("are made of whatever was thrown, which is kept", () => {
    const error = new Error("x");
    expect(toError(error)).toBe(error);
    expect(toError("text")).toMatchObject({ cause: "text" });
  });
});
