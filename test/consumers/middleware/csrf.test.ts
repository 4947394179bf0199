import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  createApplication,
  csrf,
  type CsrfOptions,
  csrfToken,
  http,
  HttpConsumer,
  createReverse,
  rotateCsrfToken,
  templateTags,
} from "hotclub/consumers";
import { type ProtocolServer, loadServer } from "hotclub/protocol";
import { TemplateEngine, TemplateFailed } from "hotclub/templates";
import { HttpCommunicator, type TestRequest, type TestResponse } from "hotclub/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isTokenOf } from "../../../src/consumers/middleware/csrf/csrf-token.js";
import { findField, maxFieldOffset } from "../../../src/consumers/middleware/forms/form-field.js";
import { serversHere } from "../../protocol/servers-here.js";

class Form extends HttpConsumer {
  get() {
    return this.text(csrfToken(this.scope));
  }
  async post() {
    const type = this.request.contentType;
    return this.text(type === "application/x-www-form-urlencoded" ? await this.request.text() : "posted");
  }
  delete() {
    return this.text("deleted");
  }
}
class Plain extends HttpConsumer {
  get() {
    return this.text("plain");
  }
}
class Login extends HttpConsumer {
  post() {
    rotateCsrfToken(this.scope);
    return this.text("in");
  }
}
class Webhook extends HttpConsumer {
  static exempt = ["csrf"];
  post() {
    return this.text("taken");
  }
}
const routes = [http("/", Form), http("/plain/", Plain), http("/login/", Login), http("/hook/", Webhook)];

const form = { "content-type": "application/x-www-form-urlencoded" };
const host = "shop.example";

class Browser {
  cookie = "";
  readonly #application;

  constructor(options: CsrfOptions = {}) {
    this.#application = createApplication({ routes, middleware: [csrf(options)] });
  }

  async ask(method: string, target: string, { headers = {}, ...rest }: TestRequest = {}): Promise<TestResponse> {
    const all = { host, ...(this.cookie !== "" && { cookie: this.cookie }), ...(headers as Record<string, string>) };
    const response = await new HttpCommunicator(this.#application, method, target, {
      ...rest,
      headers: all,
    }).response();
    const set = response.header("set-cookie");
    if (set !== undefined) this.cookie = set.split(";", 1)[0] ?? "";
    return response;
  }

  async status(headers: Record<string, string>, method = "POST", target = "/"): Promise<number> {
    return (await this.ask(method, target, { headers })).status;
  }
}

describe("requests that change something", () => {
  const visitor = () =>
    Object.assign(new Browser({ trustedOrigins: ["https://app.example", "https://*.partner.example"] }), {
      cookie: "session=1",
    });

  it.each([
    { origin: "http://shop.example" },
    { origin: "HTTP://SHOP.EXAMPLE:80" },
    { origin: "https://app.example" },
    { origin: "https://eu.partner.example" },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { referer: "http://shop.example/form/?a=b" },
    { referer: "https://app.example/x" },
  ])("are taken from the site's own pages and from trusted ones: %j", async (headers) => {
    expect(await visitor().status(headers)).toBe(200);
  });

  it.each([
    { origin: "http://evil.example" },
    { origin: "https://shop.example" },
    { origin: "http://shop.example:8080" },
    { origin: "http://shop.example.evil.example" },
    { origin: "http://evilshop.example" },
    { origin: "http://shop.example@evil.example" },
    { origin: "http://shop.example/" },
    { origin: "http://shop.example, http://evil.example" },
    { origin: "null" },
    { origin: "file://" },
    { origin: "https://partner.example" },
    { origin: "https://evil.example#.partner.example" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "none, cross-site" },
    { referer: "http://evil.example/?http://shop.example/" },
    { referer: "http://shop.example@evil.example/" },
    { referer: "shop.example" },
    { referer: "data:text/html,shop.example" },
    // What a page of another site may say of itself counts for nothing beside what its browser says.
    { origin: "http://evil.example", "sec-fetch-site": "same-origin" },
    { origin: "http://evil.example", referer: "http://shop.example/" },
    { "sec-fetch-site": "cross-site", referer: "http://shop.example/" },
    { origin: "http://evil.example", "x-csrf-token": "x", "x-requested-with": "XMLHttpRequest" },
    { origin: "http://evil.example", "x-forwarded-host": "evil.example" },
  ])("are refused from others: %j", async (headers) => {
    expect(await visitor().status(headers)).toBe(403);
    expect(await visitor().status(headers, "DELETE")).toBe(403);
  });

  it("are refused with a Host header that says what the Origin says, where hosts are checked before", async () => {
    const { allowedHosts } = await import("hotclub/consumers");
    const application = createApplication({ routes, middleware: [allowedHosts([host]), csrf()] });
    const headers = { host: "evil.example", origin: "http://evil.example" };
    expect((await new HttpCommunicator(application, "POST", "/", { headers }).response()).status).toBe(400);
  });

  it("of clients that say nothing and carry no cookies along are taken: they act in nobody's name", async () => {
    expect(await new Browser().status({})).toBe(200);
    expect(await new Browser().status({ authorization: "Bearer x" })).toBe(200);
  });

  it("of clients that say nothing and carry what browsers add by themselves need a token", async () => {
    expect(await new Browser().status({ cookie: "session=1" })).toBe(403);
    expect(await new Browser().status({ authorization: "Basic eDp5" })).toBe(403);
    expect(await new Browser().status({ authorization: "NEGOTIATE x" })).toBe(403);
  });

  it("for a consumer that is exempt are taken as they are", async () => {
    expect(await visitor().status({ origin: "http://evil.example" }, "POST", "/hook/")).toBe(200);
  });

  it("are the only ones that are looked at", async () => {
    for (const method of ["GET", "HEAD", "OPTIONS"])
      expect(await visitor().status({ origin: "http://evil.example" }, method)).toBe(200);
  });
});

describe("a token", () => {
  it("comes with the page and lets its form in, in a field or a header", async () => {
    const browser = new Browser({ tokens: "always" });
    const { text: token, header } = await browser.ask("GET", "/");
    expect(header("set-cookie")).toMatch(/^csrf=[\w-]{22}; Max-Age=31536000; Path=\/; Expires=[^;]+; SameSite=Lax$/);
    expect(header("vary")).toBe("Cookie");
    const body = `csrfToken=${token}&tune=Minor%20Swing`;
    expect((await browser.ask("POST", "/", { headers: form, body })).text).toBe(body);
    expect(await browser.status({ "x-csrf-token": token })).toBe(200);
    // Scripts may send what the cookie holds.
    expect(await browser.status({ "x-csrf-token": browser.cookie.slice(5) })).toBe(200);
  });

  it("is found in a form with files", async () => {
    const browser = new Browser({ tokens: "always" });
    const { text: token } = await browser.ask("GET", "/");
    const headers = { "content-type": "multipart/form-data; boundary=XX" };
    const body = (value: string) =>
      `--XX\r\nContent-Disposition: form-data; name="csrfToken"\r\n\r\n${value}\r\n--XX\r\n` +
      `Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n--XX--\r\n`;
    expect((await browser.ask("POST", "/", { headers, body: body(token) })).status).toBe(200);
    expect((await browser.ask("POST", "/", { headers, body: body("no") })).status).toBe(403);
  });

  it("of nobody, of another visitor, or changed, is refused", async () => {
    const [mine, other] = [new Browser({ tokens: "always" }), new Browser({ tokens: "always" })];
    const { text: token } = await mine.ask("GET", "/");
    const { text: others } = await other.ask("GET", "/");
    const changed = (token.startsWith("A") ? "B" : "A") + token.slice(1);
    for (const bad of [
      others,
      changed,
      token.slice(1),
      `${token}A`,
      "",
      "A".repeat(43),
      "A".repeat(22),
      `${token}\u0000`,
    ])
      expect(await mine.status({ "x-csrf-token": bad })).toBe(403);
    expect(await mine.status({})).toBe(403);
    const inQuery = await mine.ask("POST", `/?csrfToken=${token}`, { headers: form });
    expect(inQuery.status).toBe(403);
    mine.cookie = "";
    expect(await mine.status({ "x-csrf-token": token })).toBe(403);
    mine.cookie = "csrf=";
    expect(await mine.status({ "x-csrf-token": token })).toBe(403);
  });

  it("does not help a page of another site, and over TLS nobody who hides where it comes from", async () => {
    const browser = new Browser({ tokens: "always" });
    const { text: token } = await browser.ask("GET", "/");
    expect(await browser.status({ "x-csrf-token": token, origin: "http://evil.example" })).toBe(403);
    const secure = new Browser({ tokens: "always" });
    const page = await secure.ask("GET", "/", { isSecure: true });
    expect(page.header("set-cookie")).toMatch(/^__Host-csrf=[\w-]{22}; .*Secure/);
    const post = (headers: Record<string, string>) => secure.ask("POST", "/", { headers, isSecure: true });
    expect((await post({ "x-csrf-token": page.text })).status).toBe(403);
    expect((await post({ "x-csrf-token": page.text, referer: "https://shop.example/" })).status).toBe(200);
    expect((await post({ "x-csrf-token": page.text, referer: "http://shop.example/" })).status).toBe(403);
  });

  it("looks different each time, so that compression tells nothing of it", async () => {
    const browser = new Browser();
    const tokens = new Set<string>();
    for (let i = 0; i < 5; i++) tokens.add((await browser.ask("GET", "/")).text);
    expect(tokens.size).toBe(5);
    for (const token of tokens) expect(await browser.status({ "x-csrf-token": token })).toBe(200);
  });

  it("is not made, nor a cookie set, for pages without a form", async () => {
    const { headers } = await new Browser().ask("GET", "/plain/");
    expect(headers.map(([name]) => name)).toEqual(["content-type"]);
  });

  it("from before a login does not count after it", async () => {
    const browser = new Browser({ tokens: "always" });
    const { text: before } = await browser.ask("GET", "/");
    const login = await browser.ask("POST", "/login/", { headers: { "x-csrf-token": before } });
    expect([login.status, login.header("set-cookie")]).toEqual([200, expect.stringMatching(/^csrf=/)]);
    expect(await browser.status({ "x-csrf-token": before })).toBe(403);
    const { text: after } = await browser.ask("GET", "/");
    expect(await browser.status({ "x-csrf-token": after })).toBe(200);
  });

  it("may be kept in a cookie of another name, for all subdomains", async () => {
    const browser = new Browser({ tokens: "always", cookie: { name: "x", domain: "example", sameSite: "strict" } });
    const { text: token, header } = await browser.ask("GET", "/");
    expect(header("set-cookie")).toMatch(
      /^x=[\w-]{22}; Max-Age=31536000; Domain=example; Path=\/; Expires=[^;]+; SameSite=Strict$/,
    );
    expect(await browser.status({ "x-csrf-token": token })).toBe(200);
  });

  it("is of one secret alone, whatever is tried", () => {
    const bytes = fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((array) => Buffer.from(array).toString("base64url"));
    fc.assert(
      fc.property(bytes, fc.string(), bytes, (secret, text, other) => {
        expect(isTokenOf(secret, secret)).toBe(true);
        expect(isTokenOf(text, secret)).toBe(text === secret);
        expect(isTokenOf(other, secret)).toBe(other === secret);
      }),
    );
  });
});

describe("the {% csrf %} tag", () => {
  async function rendering(template: string) {
    const directory = await mkdtemp(join(tmpdir(), "csrf-"));
    await writeFile(join(directory, "form.liquid"), template);
    const templates = new TemplateEngine({
      directories: [directory],
      tags: templateTags(createReverse([]), (name) => `/static/${name}`),
    });
    class Page extends HttpConsumer {
      get() {
        return this.render("form.liquid");
      }
      post() {
        return this.text("posted");
      }
    }
    const application = createApplication({
      routes: [http("/", Page)],
      middleware: [csrf({ tokens: "always" })],
      templates,
    });
    return {
      templates,
      ask: (method: string, request: TestRequest = {}) =>
        new HttpCommunicator(application, method, "/", request).response(),
    };
  }

  it("puts the token into a form", async () => {
    const { ask } = await rendering("<form>{% csrf %}</form>");
    const page = await ask("GET");
    const [, token = ""] =
      /^<form><input type="hidden" name="csrfToken" value="([\w-]{43})"><\/form>$/.exec(page.text) ?? [];
    const headers = { ...form, cookie: page.header("set-cookie")?.split(";", 1)[0] ?? "" };
    expect((await ask("POST", { headers, body: `csrfToken=${token}` })).status).toBe(200);
  });

  it("says what is wrong where there is no request", async () => {
    const { templates } = await rendering("{% csrf %}");
    await expect(templates.render("form.liquid")).rejects.toThrow(TemplateFailed);
    await expect(templates.render("form.liquid")).rejects.toThrow("needs the page of a request");
  });
});

describe("the field of a form", () => {
  const type = "application/x-www-form-urlencoded";
  const find = (body: string, isWhole = true) => findField(type, Buffer.from(body), isWhole, "csrfToken");

  it("is found as it is read later, wherever it stands near the beginning", () => {
    const word = fc.stringMatching(/^[\w-]{0,12}$/);
    const pairs = fc.array(fc.tuple(fc.oneof(word, fc.constant("csrfToken"), fc.constant("xcsrfToken")), word));
    fc.assert(
      fc.property(pairs, (fields) => {
        const body = new URLSearchParams(fields).toString();
        const expected = new URLSearchParams(body).get("csrfToken");
        expect(find(body)).toEqual(expected === null ? "missing" : { value: expected });
      }),
    );
  });

  it("never throws, and asks for more of a body only up to a limit", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.boolean(),
        fc.constantFrom(type, "multipart/form-data"),
        (bytes, isWhole, of) => {
          const found = findField(of, Buffer.from(bytes), isWhole, "csrfToken");
          if (isWhole) expect(found).not.toBe("unknown");
        },
      ),
    );
    expect(find("a=b", false)).toBe("unknown");
    expect(find("x".repeat(maxFieldOffset), false)).toBe("missing");
    // A value that has not come to its end is not taken for whole.
    expect(find("csrfToken=abc", false)).toBe("unknown");
  });
});

describe.each(serversHere)("over the wire (%s)", (name) => {
  it("a form that comes in pieces is let in with its token, and reaches the handler whole", async () => {
    const server: ProtocolServer = await loadServer(name);
    const application = createApplication({ routes, middleware: [csrf({ tokens: "always" })] });
    const listening = await server.listen(application, { port: 0 });
    try {
      const page = await fetch(listening.url);
      const cookie = page.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
      const whole = `first=1&csrfToken=${await page.text()}&rest=${"x".repeat(100_000)}`;
      async function* pieces() {
        for (let at = 0; at < whole.length; at += 7000) yield Buffer.from(whole.slice(at, at + 7000));
      }
      const send = (headers: Record<string, string>) =>
        fetch(listening.url, {
          method: "POST",
          headers: { ...form, ...headers },
          body: pieces(),
          duplex: "half",
        });
      const taken = await send({ cookie });
      expect([taken.status, await taken.text()]).toEqual([200, whole]);
      expect((await send({ cookie, origin: "http://evil.example" })).status).toBe(403);
    } finally {
      await listening.close();
    }
  });
});
