import { AppInvalid, AppRegistry, defineApp } from "hotclub/core";
import { describe, expect, it } from "vitest";

const names = (registry: AppRegistry) => [...registry].map((app) => app.name);

describe("the app registry", () => {
  it("gives apps in order of dependence, otherwise as they were listed", () => {
    const registry = new AppRegistry([{ name: "blog", dependsOn: ["users"] }, { name: "shop" }, { name: "users" }]);
    expect(names(registry)).toEqual(["users", "blog", "shop"]);
    expect(registry.get("shop")).toEqual({ name: "shop" });
    expect(registry.get("wiki")).toBeUndefined();
  });

  it.each([
    [[{ name: "a" }, { name: "a" }], 'The app "a" is there twice'],
    [[{ name: "a", dependsOn: ["b"] }], 'The app "a" depends on "b", which is not installed'],
    [
      [
        { name: "a", dependsOn: ["b"] },
        { name: "b", dependsOn: ["a"] },
      ],
      "a -> b -> a",
    ],
  ])("refuses apps that do not fit together: %j", (apps, problem) => {
    expect(() => new AppRegistry(apps)).toThrow(AppInvalid);
    expect(() => new AppRegistry(apps)).toThrow(problem);
  });

  it.each(["Chat", "my-app", "1st", ""])("refuses the name %j", (name) => {
    expect(() => defineApp({ name })).toThrow(AppInvalid);
  });
});
