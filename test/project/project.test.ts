import { describe, expect, it } from "vitest";

import { AppInvalid } from "../../src/core/index.js";
import { defineProject } from "../../src/project/index.js";

describe("a project", () => {
  it("without settings says so, and how to get some", () => {
    // @ts-expect-error: settings are required.
    const withoutSettings = () => defineProject({ name: "shop" });
    expect(withoutSettings).toThrow(AppInvalid);
    expect(withoutSettings).toThrow(
      'The app "shop" is a project without settings; give it settings: defineSettings().',
    );
  });
});
