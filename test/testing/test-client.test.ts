import {
  createApplication,
  http,
  HttpConsumer,
  HttpResponse,
  redirect,
  websocket,
  WebSocketConsumer,
} from "hotclub/consumers";
import { SignInUnknown, TestClient, TooManyRedirects } from "hotclub/testing";
import { describe, expect, it } from "vitest";

class Echo extends HttpConsumer {
  get() {
    const { method, headers, scheme, path, queryString, client, state } = this.scope;
    return this.json({
      method,
      scheme,
      path,
      queryString,
      client: client.host,
      state,
      cookie: headers.get("cookie"),
      host: headers.get("host"),
      custom: headers.get("x-custom"),
    });
  }
  async post() {
    const { headers } = this.scope;
    return this.json({
      type: headers.get("content-type"),
      origin: headers.get("origin"),
      text: await this.request.text(),
    });
  }
}

class Upload extends HttpConsumer {
  async post() {
    const form = await this.request.form();
    const file = form.file("photo");
    return this.json({ title: form.get("title"), name: file?.name, type: file?.type, size: file?.size });
  }
}

class SetCookies extends HttpConsumer {
  get() {
    const response = this.text("set");
    for (const [, value] of new URLSearchParams(this.scope.queryString)) response.headers.push(["set-cookie", value]);
    return response;
  }
}

class Away extends HttpConsumer {
  get() {
    const query = new URLSearchParams(this.scope.queryString);
    return new HttpResponse("", { status: Number(query.get("status")), headers: { location: query.get("to") ?? "/" } });
  }
  post() {
    return this.get();
  }
}

class Loop extends HttpConsumer {
  get() {
    return redirect("/loop/");
  }
}

class Cookies extends WebSocketConsumer {
  override connect() {
    this.accept();
    return this.sendText(this.scope.headers.get("cookie") ?? "none");
  }
}

const application = createApplication({
  routes: [
    http("/echo/", Echo),
    http("/upload/", Upload),
    http("/set/", SetCookies),
    http("/away/", Away),
    http("/loop/", Loop),
    http("/deep/down/", Echo),
    websocket("/ws/", Cookies),
  ],
});

const setting = (...cookies: string[]): string =>
  `/set/?${new URLSearchParams(cookies.map((cookie): [string, string] => ["c", cookie])).toString()}`;

describe("the client of a test", () => {
  it("asks as a visitor would, with query, headers and address", async () => {
    const client = new TestClient(application, {
      baseUrl: "https://example.com",
      headers: { "X-Custom": "always" },
      address: "192.0.2.7",
      state: { user: "django" },
    });
    const response = await client.get("/echo/?a=1", { query: { b: "x y", c: ["1", "2"] } });
    expect(response.json()).toEqual({
      method: "GET",
      scheme: "https",
      path: "/echo/",
      queryString: "a=1&b=x+y&c=1&c=2",
      client: "192.0.2.7",
      state: { user: "django" },
      host: "example.com",
      custom: "always",
    });
    expect((await client.get("/echo/", { headers: { "x-custom": "now" } })).json()).toMatchObject({ custom: "now" });
    expect((await client.head("/echo/")).status).toBe(200);
  });

  it("sends JSON, forms and anything else, as a page of the same site", async () => {
    const client = new TestClient(application);
    expect((await client.post("/echo/", { json: { a: 1 } })).json()).toEqual({
      type: "application/json",
      origin: "http://localhost",
      text: '{"a":1}',
    });
    expect((await client.post("/echo/", { form: { a: "x&y", b: [1, true] } })).json()).toMatchObject({
      type: "application/x-www-form-urlencoded",
      text: "a=x%26y&b=1&b=true",
    });
    expect((await client.post("/echo/", { body: "<a/>", type: "text/xml" })).json()).toMatchObject({ text: "<a/>" });
    const other = await client.post("/echo/", { json: null, headers: { Origin: "https://elsewhere.example" } });
    expect(other.json()).toMatchObject({ origin: "https://elsewhere.example", text: "null" });
  });

  it("uploads files", async () => {
    const photo = new File([Buffer.alloc(2000)], "me.png", { type: "image/png" });
    const response = await new TestClient(application).post("/upload/", { form: { title: "Me", photo } });
    expect(response.json()).toEqual({ title: "Me", name: "me.png", type: "image/png", size: 2000 });
  });

  it("keeps cookies, and sends them where they belong", async () => {
    const client = new TestClient(application);
    await client.get(setting("a=1; Path=/", "b=2; Path=/deep", "c=3; Path=/deep; Secure", "d=4; Domain=other.example"));
    expect((await client.get("/echo/")).json()).toMatchObject({ cookie: "a=1" });
    expect((await client.get("/deep/down/")).json()).toMatchObject({ cookie: "b=2; c=3; a=1" });
    await client.get(setting("a=; Path=/; Max-Age=0", "b=changed; Path=/deep"));
    expect([...client.cookies.entries()]).toEqual([
      ["b", "changed"],
      ["c", "3"],
    ]);
    client.cookies.set("mine", "x;y");
    expect(client.cookies.get("mine")).toBe("x;y");
    expect((await client.get("/echo/")).json()).toMatchObject({ cookie: "mine=x%3By" });
  });

  it("sends cookies for TLS only over TLS, and those of a domain to its subdomains", async () => {
    const client = new TestClient(application, { baseUrl: "https://www.example.com" });
    await client.get(setting("s=1; Path=/; Secure", "d=2; Path=/; Domain=.example.com"));
    const cookieAt = async (url: string) => ((await client.get(url)).json() as { cookie?: string }).cookie;
    expect(await cookieAt("https://www.example.com/echo/")).toBe("s=1; d=2");
    expect(await cookieAt("http://www.example.com/echo/")).toBe("d=2");
    expect(await cookieAt("https://api.example.com/echo/")).toBe("d=2");
    expect(await cookieAt("https://example.org/echo/")).toBeUndefined();
  });

  it("follows redirects when it is told to, as browsers do", async () => {
    const client = new TestClient(application);
    const stays = await client.get("/away/?status=302&to=/echo/");
    expect([stays.status, stays.location, stays.redirects]).toEqual([302, "/echo/", []]);
    const went = await client.post("/away/?status=303&to=../echo/?x=1", { json: 1, follow: true });
    expect(went.url).toBe("http://localhost/echo/?x=1");
    expect(went.redirects).toEqual([{ status: 303, url: "http://localhost/echo/?x=1" }]);
    expect(went.json()).toMatchObject({ method: "GET" });
    const again = await client.post("/away/?status=307&to=/echo/", { json: 1, follow: true });
    expect(again.json()).toMatchObject({ type: "application/json", text: "1" });
    await expect(client.get("/loop/", { follow: true })).rejects.toThrow(TooManyRedirects);
  });

  it("signs users in as it is told to", async () => {
    const client = new TestClient<{ name: string }>(application, {
      signIn: (visitor, user) => visitor.cookies.set("user", user.name),
    });
    await client.signIn({ name: "django" });
    expect((await client.get("/echo/")).json()).toMatchObject({ cookie: "user=django" });
    await client.signOut();
    expect((await client.get("/echo/")).json()).not.toHaveProperty("cookie");
    await expect(new TestClient(application).signIn("somebody")).rejects.toThrow(SignInUnknown);
  });

  it("opens sockets of the same visitor", async () => {
    const client = new TestClient(application);
    client.cookies.set("user", "django");
    const socket = client.websocket("/ws/");
    expect(await socket.connect()).toMatchObject({ accepted: true });
    expect(await socket.receive()).toBe("user=django");
    await socket.disconnect();
  });
});
