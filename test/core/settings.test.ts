import { defineSettings, env, readSettings, SettingsInvalid } from "hotclub/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";

function problemsOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.message;
    throw error;
  }
  throw new Error("the settings were accepted");
}

describe("settings", () => {
  it("are read from the environment and typed by how they are read", () => {
    const settings = readSettings(
      {
        pageSize: env.integer("PAGE_SIZE"),
        isLoud: env.boolean("LOUD", { default: false }),
        mode: env.oneOf("MODE", ["swing", "bebop"]),
        names: env.list("NAMES", { default: [] as readonly string[] }),
        greeting: env("GREETING", z.string().max(5)),
        database: env.url("DATABASE_URL", { schemes: ["sqlite", "postgres"] }),
      },
      { PAGE_SIZE: "50", MODE: "swing", NAMES: " a, b ,,c", GREETING: "hello", DATABASE_URL: "postgres://u:p@h/n" },
    );
    expect(settings).toEqual({
      pageSize: 50,
      isLoud: false,
      mode: "swing",
      names: ["a", "b", "c"],
      greeting: "hello",
      database: "postgres://u:p@h/n",
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it("that are missing or wrong are all named in one error", () => {
    const problems = problemsOf(() =>
      readSettings(
        {
          a: env.integer("A", { min: 1, max: 9 }),
          b: env.string("B"),
          c: env.boolean("C"),
          d: env.oneOf("D", ["x", "y"]),
          e: env.url("E", { schemes: ["redis", "rediss"] }),
          f: env("F", z.string().regex(/^\d+$/, "must be digits")),
          g: env.integer("G"),
        },
        { A: "10", C: "perhaps", D: "z", E: "http://secret@host", F: "x", G: "1.5" },
      ),
    );
    expect(problems).toBe(
      [
        "7 settings are missing or wrong:",
        "  - A: must be from 1 to 9, is 10",
        "  - B: is required and not set",
        '  - C: is not one of 1, true, yes, on, 0, false, no, off: "perhaps"',
        '  - D: is not one of x, y: "z"',
        "  - E: must begin with redis: or rediss:",
        "  - F: must be digits",
        '  - G: is not a whole number: "1.5"',
      ].join("\n"),
    );
  });

  it("never show the text of a URL, which may hold a password", () => {
    const problems = problemsOf(() =>
      readSettings({ e: env.url("E", { schemes: ["redis"] }) }, { E: "http://u:secret@h" }),
    );
    expect(problems).toContain("E: must begin with redis:");
    expect(problems).not.toContain("secret");
  });

  it("count an empty variable as not set", () => {
    expect(readSettings({ a: env.string("A", { default: "none" }) }, { A: "" })).toEqual({ a: "none" });
  });

  it("of the framework have defaults with which a project starts, and the project's own beside them", () => {
    const settings = defineSettings({ pageSize: env.integer("PAGE_SIZE", { default: 20 }) }, {});
    expect(settings).toMatchObject({
      debug: false,
      port: 8000,
      redisUrl: null,
      databaseUrl: "sqlite:db.sqlite3",
      pageSize: 20,
    });
  });

  it("refuse a secret key that is too short", () => {
    expect(() => defineSettings({}, { SECRET_KEY: "short" })).toThrow(
      "SECRET_KEY: needs at least 32 characters, has 5",
    );
  });
});
