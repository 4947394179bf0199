import { errorPages, http, HttpConsumer } from "hotclub/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Secrets } from "../../../src/consumers/middleware/pages/secrets.js";
import { stackFrames } from "../../../src/consumers/middleware/pages/stack-frames.js";
import { site } from "./site.js";

let thrown = new Error("not set");
class Failing extends HttpConsumer {
  get() {
    throw thrown;
  }
}
const routes = [http("/", Failing)];
const browser = { accept: "text/html", host: "localhost" };

const settings = {
  secretKey: "key-0123456789-0123456789-0123456789",
  databaseUrl: "postgres://shop:dbpass-77@db.internal/shop",
  redisUrl: "redis://:redis%2Fpass@cache.internal:6379/0",
  stripeApiKey: "sk_live_4242424242",
  mail: { host: "smtp.internal", password: "mail-pass-1" },
  tokens: ["token-aaaaaa", "token-bbbbbb"],
  plain: "shown",
};
const hiddenValues = [
  settings.secretKey,
  "dbpass-77",
  "redis%2Fpass",
  "redis/pass",
  "sk_live_4242424242",
  "mail-pass-1",
  "token-aaaaaa",
  "kept-key-0123456789",
  "session-value-1",
  "bearer-value-1",
  "reset-token-1",
];

async function everyAnswer(): Promise<string> {
  const { ask } = site([errorPages({ debug: true, settings, secrets: ["kept-key-0123456789"] })], { routes });
  const headers = {
    cookie: "session=session-value-1; theme=dark",
    authorization: "Bearer bearer-value-1",
    "x-api-key": "bearer-value-1x",
    host: "localhost",
  };
  const texts = [];
  for (const accept of ["text/html", "application/json", "text/plain"])
    texts.push((await ask("GET", "/?reset_token=reset-token-1&page=2", { headers: { ...headers, accept } })).text);
  return texts.join("\n");
}

describe("no secret is seen on the page for developers", () => {
  it("of the settings, the request, or the process, wherever it stands", async () => {
    const unknown = ["unknown", "pass"].join("-");
    thrown = new Error(`could not connect to ${settings.databaseUrl} with ${hiddenValues.join(" and ")}`, {
      cause: new Error(`redis://other:${unknown}@host said ${settings.secretKey}`),
    });
    const page = await everyAnswer();
    for (const value of [...hiddenValues, unknown]) expect(page).not.toContain(value);
    for (const value of ["shown", "smtp.internal", "db.internal", "theme", "[hidden]"]) expect(page).toContain(value);
  });

  it("of a password that is only encoded", async () => {
    const password = ["basic", "pass", "1"].join("-");
    thrown = new Error(`no such user with ${password}`);
    const { ask } = site([errorPages({ debug: true })], { routes });
    const authorization = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;
    expect((await ask("GET", "/", { headers: { authorization } })).text).not.toContain(password);
  });

  it("whatever the secret looks like", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 30, unit: "grapheme" }).filter((text) => !"[hidden]".includes(text)),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const secrets = new Secrets();
          secrets.addNamed({ password: secret });
          expect(secrets.clean(`${before}${secret}${after}`)).not.toContain(secret);
        },
      ),
    );
  });

  it("of a URL, though nobody named it a secret, in time that grows with the text", () => {
    const secrets = new Secrets();
    expect(secrets.clean("at redis://user:p@ss@host/ and mysql://a:b@c")).toBe(
      "at redis://[hidden]@host/ and mysql://[hidden]@c",
    );
    expect(secrets.clean("http://host:80/ a@b.example")).toBe("http://host:80/ a@b.example");
    secrets.clean(`http://${":".repeat(200_000)}`);
    secrets.clean("http://".repeat(50_000));
  });
});

describe("a page for developers", () => {
  it("shows no file that a message names, as if it were a frame", async () => {
    thrown = new Error("bad input: \n    at x (/etc/passwd:1:1)\n    at y (/etc/hostname.ts:1:1)");
    const { ask } = site([errorPages({ debug: true })], { routes });
    const { text } = await ask("GET", "/", { headers: browser });
    expect(stackFrames(thrown).map(({ file }) => file)).not.toContain("/etc/passwd");
    expect(text).not.toContain(["root", "x"].join(":"));
    expect(text).not.toContain("<b>x</b>");
  });

  it("stands an error whose causes go in a circle, and one without a stack", async () => {
    const { ask } = site([errorPages({ debug: true })], { routes });
    const circle = new Error("first");
    circle.cause = new Error("second", { cause: circle });
    const bare = new Error("bare");
    delete bare.stack;
    for (thrown of [circle, bare]) expect((await ask("GET", "/", { headers: browser })).status).toBe(500);
  });

  it("takes every frame that Node.js writes apart, and never fails over others", () => {
    const stack = (line: string) =>
      stackFrames(Object.assign(new Error("m"), { stack: `Error: m\n${line}` }), "/framework/");
    expect(stack("    at async Room.get (file:///srv/app/rooms.ts:12:34)")).toEqual([
      { function: "Room.get", file: "/srv/app/rooms.ts", line: 12, column: 34, isOwn: true },
    ]);
    expect(stack("    at /srv/a b/x.js:1:2")).toMatchObject([{ function: "", file: "/srv/a b/x.js", isOwn: true }]);
    expect(stack("    at new Thing (/srv/node_modules/x/i.js:1:2)")).toMatchObject([{ isOwn: false }]);
    expect(stack("    at run (/framework/consumers/mailbox.js:1:2)")).toMatchObject([{ isOwn: false }]);
    expect(stack("    at node:internal/main:1:2")).toMatchObject([{ file: "node:internal/main", isOwn: false }]);
    expect(stack("    at <anonymous>")).toEqual([]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (text, message) => {
        expect(Array.isArray(stackFrames({ name: "E", message, stack: `E: ${message}\n${text}` }))).toBe(true);
      }),
    );
  });
});
