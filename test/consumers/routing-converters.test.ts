import {
  createApplication,
  createReverse,
  ConverterTaken,
  http,
  HttpConsumer,
  registerConverter,
} from "hotclub/consumers";
import { HttpCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

declare module "hotclub/core" {
  interface PathConverterTypes {
    day: Date;
    even: number;
  }
}

registerConverter("day", {
  parse: (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined),
  format: (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : undefined),
});
registerConverter("even", {
  parse: (text) => (/^\d+$/.test(text) && Number(text) % 2 === 0 ? Number(text) : undefined),
  format: (value) => (typeof value === "number" && value % 2 === 0 ? String(value) : undefined),
});

class Diary extends HttpConsumer<{ on: Date; page: number }> {
  get() {
    return this.text(`${this.params.on.toISOString()} ${this.params.page + 1}`);
  }
}

describe("a converter of one's own", () => {
  const routes = [http("/diary/:on<day>/:page<even>/", Diary, { name: "diary" })];

  it("turns text into any plain value, typed as declared, and back", async () => {
    const response = await new HttpCommunicator(
      createApplication({ routes }),
      "GET",
      "/diary/1934-12-02/4/",
    ).response();
    expect(response.text).toBe("1934-12-02T00:00:00.000Z 5");
    const url = createReverse(routes);
    expect(url("diary", { on: new Date("1934-12-02T00:00:00Z"), page: 4 })).toBe("/diary/1934-12-02/4/");
    expect(() => url("diary", { on: new Date(0), page: 3 })).toThrow("does not fit");
  });

  it("does not take what it cannot turn", async () => {
    const status = async (path: string) =>
      (await new HttpCommunicator(createApplication({ routes }), "GET", path).response()).status;
    expect(await status("/diary/1934-12-02/5/")).toBe(404);
    expect(await status("/diary/yesterday/4/")).toBe(404);
  });

  it("has a name of its own", () => {
    const converter = { parse: () => undefined, format: () => undefined };
    expect(() => registerConverter("int", converter)).toThrow(ConverterTaken);
    expect(() => registerConverter("day", converter)).toThrow("day");
  });
});
