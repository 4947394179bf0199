import { createApplication, http, HttpConsumer } from "hotclub/consumers";
import { HttpCommunicator } from "hotclub/testing";
import { describe, expect, it } from "vitest";

import { templateEngine } from "../templates/template-engine.js";

class Page extends HttpConsumer {
  async get() {
    return this.render("page.liquid", { given: "given", over: "handler" });
  }
}

describe("what a page knows", () => {
  it("is what its handler gives, what context processors add, and the request; getters wait until they are asked", async () => {
    const touched: string[] = [];
    const application = createApplication({
      routes: [http("/", Page)],
      templates: templateEngine({
        "page.liquid":
          "{{ given }} {{ over }} {{ site }} {{ lazy }} {{ later }} {{ request.path }} {{ request.queryString }} {% querystring a=2 %}",
      }),
      contextProcessors: [
        (scope) => ({ site: scope.type, over: "first" }),
        async () => ({
          over: "second",
          get lazy() {
            touched.push("lazy");
            return Promise.resolve("came");
          },
          get unused() {
            touched.push("unused");
            return "";
          },
        }),
        () => ({ later: "later" }),
      ],
    });
    const page = await new HttpCommunicator(application, "GET", "/?a=1&b=%26").response();
    expect(page.text).toBe("given handler http came later / a=1&amp;b=%26 ?b=%26&amp;a=2");
    expect(touched).toEqual(["lazy"]);
  });
});
