import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const project = `
  import { defineProject, defineSettings, group, http, HttpConsumer, task, websocket, WebSocketConsumer } from ${JSON.stringify(builtIndex)};
  class Hello extends HttpConsumer { get() { return this.text("hello"); } }
  class Secret extends HttpConsumer { get() { return this.redirect("/login/?next=/secret/"); } }
  class Flaky extends HttpConsumer {
    static asked = 0;
    get() { return this.text("flaky", { status: Flaky.asked++ === 0 ? 200 : 503 }); }
  }
  class Cookie extends HttpConsumer {
    get() { return this.text("", { status: this.scope.headers.get("cookie") === "a=b" && this.scope.headers.get("x-key") === "c" ? 200 : 401 }); }
  }
  class Room extends HttpConsumer { get() { return this.text(String(this.params.id)); } }
  class Deadly extends HttpConsumer {
    static asked = 0;
    get() { if (Deadly.asked++ > 0) process.exit(7); return this.text("once"); }
  }
  class Brief extends WebSocketConsumer {
    connect() { this.accept(); }
    receive(text) { this.sendText(text); this.close(4321); }
  }
  class Echo extends WebSocketConsumer {
    connect() { this.accept(); }
    receive(text) { if (text !== "quiet") this.sendText(text); }
  }
  const room = group("room").carries();
  class Chat extends WebSocketConsumer {
    async connect() { await this.join(room()); this.accept(); }
    async receive(text) { await room().send("chat.message", { text }); }
    "chat.message"(message) { return this.sendJson(message); }
  }
  let ran = 0;
  const halve = task("numbers.halve", { queue: "numbers", retries: 0 }, async (run, { n }) => {
    if (ran++ % 2 === 1) throw new RangeError("every other");
    return n / 2;
  });
  export default defineProject({
    name: "measured",
    settings: defineSettings(),
    tasks: [halve],
    routes: [
      http("/", Hello, { name: "hello" }),
      http("/secret/", Secret),
      http("/flaky/", Flaky),
      http("/cookie/", Cookie),
      http("/rooms/:id<int>/", Room, { name: "room" }),
      http("/deadly/:id/", Deadly),
      websocket("/ws/brief/", Brief),
      websocket("/ws/echo/", Echo),
      websocket("/ws/chat/", Chat),
    ],
  });
`;

interface Printed {
  readonly format: number;
  readonly project: string;
  readonly machine: object;
  readonly benches: readonly {
    readonly name: string;
    readonly unit: string;
    readonly perCpuSecond: number;
    readonly lost: number;
    readonly p99: number | null;
    readonly errors: Readonly<Record<string, number>>;
    readonly memoryBytes: { readonly before: number; readonly after: number };
  }[];
  readonly skipped: Readonly<Record<string, string>>;
}

const short = ["--seconds", "0.2", "--connections", "4", "--sockets", "4", "--count", "20", "--flows", "4"];

async function bench(directory: string, ...args: string[]) {
  const command = new HotclubProcess(["bench", ...short, ...args], { directory });
  const code = await command.exited;
  const text = command.lines.join("\n");
  const json = (): Printed => JSON.parse(/^\{\n[^]*^\}$/m.exec(text)?.[0] ?? text) as Printed;
  return { code, text, json };
}

/** Many processes are started, one after the other. */
const timeout = 180_000;

describe("hotclub bench", { timeout }, () => {
  it("measures routes, with the cookies and headers that it is given, and compares them with what it printed before", async () => {
    const directory = await scratch({ "project.js": project });
    const args = ["--route", "hello", "--route", "/cookie/", "--cookie", "a=b", "--header", "X-Key: c", "--json"];
    const first = await bench(directory, ...args);
    expect(first.text).toContain("GET / round 5/5");
    expect(first.code).toBe(0);
    const printed = first.json();
    expect(printed).toMatchObject({
      format: 1,
      project: "measured",
      machine: { cores: expect.any(Number) as number },
      benches: [
        { name: "GET /", unit: "requests", lost: 0, errors: {} },
        { name: "GET /cookie/", unit: "requests", lost: 0, errors: {} },
      ],
      skipped: {},
    });
    for (const { memoryBytes } of printed.benches) expect(memoryBytes.before).toBeGreaterThan(1e6);

    await writeFile(join(directory, "before.json"), JSON.stringify(printed));
    const second = await bench(directory, "--route", "/", "--baseline", "before.json");
    expect(second.text).toMatch(/^target .* to baseline$/m);
    expect(second.text).toMatch(/^GET \/ +requests .* \d+\.\d\d$/m);
  });

  it("lists the routes when nothing is named, measures those that can be, and says why others are not", async () => {
    const { code, text, json } = await bench(await scratch({ "project.js": project }), "--json");
    expect(code).toBe(0);
    expect(text).toContain("  GET HEAD OPTIONS /rooms/:id<int>/");
    expect(text).toContain("  websocket /ws/echo/");
    const { benches, skipped } = json();
    expect(benches.map(({ name }) => name)).toEqual(["GET /", "GET /flaky/"]);
    expect(Object.keys(skipped)).toEqual(["GET /secret/", "GET /cookie/"]);
    expect(skipped["GET /secret/"]).toMatch(/answers 302, to \/login\/\?next=\/secret\/: .*--cookie/);
    expect(skipped["GET /cookie/"]).toMatch(/answers 401: .*--cookie/);
    // Nothing that went otherwise is hidden.
    expect(benches[1]?.errors["status 503"]).toBeGreaterThan(0);
  });

  it("measures sockets: opening, answers to the sender, and what all of a group hear", async () => {
    const directory = await scratch({ "project.js": project });
    const args = [
      "--socket",
      "/ws/echo/",
      "--socket",
      "/ws/chat/",
      "--socket",
      "/ws/brief/",
      "--message",
      "hello",
      "--json",
    ];
    const { code, text, json } = await bench(directory, ...args);
    expect(code).toBe(0);
    expect(text).toContain("a message brings 1 to its sender and 1 to each other socket");
    expect(json().benches).toMatchObject([
      { name: "socket /ws/echo/", unit: "sockets opened", errors: {} },
      { name: "socket /ws/echo/", unit: "messages", lost: 0, errors: {} },
      { name: "socket /ws/chat/", unit: "sockets opened", errors: {} },
      { name: "socket /ws/chat/", unit: "deliveries", lost: 0, errors: {} },
      { name: "socket /ws/brief/", unit: "sockets opened", errors: {} },
      // They all end before the first round: at the first message, and in the warm-up.
      { name: "socket /ws/brief/", unit: "messages", perCpuSecond: 0, errors: { "closed with 4321": 4 } },
    ]);
  });

  it("measures what it can, says what it could not, and fails then", async () => {
    const directory = await scratch({ "project.js": project });
    const args = ["--route", "/", "--route", "/deadly/1/", "--route", "/rooms/1/", "--json"];
    const { code, text, json } = await bench(directory, ...args);
    expect(text).toContain("The server of the bench has failed: it ended with 7");
    expect(code).toBe(1);
    const { benches, skipped } = json();
    expect(benches.map(({ name }) => name)).toEqual(["GET /", "GET /rooms/1/"]);
    expect(skipped).toEqual({ "GET /deadly/1/": "The server of the bench has failed: it ended with 7" });
  });

  it("tells what it has measured when it is interrupted, and leaves no process behind", async () => {
    const directory = await scratch({ "project.js": project });
    const args = ["--route", "/", "--route", "/rooms/1/", "--json"];
    const command = new HotclubProcess(["bench", ...short, ...args], { directory });
    await command.line("GET /rooms/1/ round 1/5");
    command.signal("SIGINT");
    expect(await command.exited).toBe(130);
    const text = command.lines.join("\n");
    expect(text).toContain("Interrupted: 1 of 2 targets were looked at.");
    const printed = JSON.parse(/^\{\n[^]*^\}$/m.exec(text)?.[0] ?? text) as Printed;
    expect(printed.benches.map(({ name }) => name)).toEqual(["GET /"]);
  });

  it("enqueues a task and runs it, and counts what fails", async () => {
    const directory = await scratch({ "project.js": project });
    const args = ["--task", "numbers.halve", "--args", '{"n":4}', "--json"];
    const { code, json } = await bench(directory, ...args);
    expect(code).toBe(0);
    expect(json().benches).toMatchObject([
      { name: "task numbers.halve", unit: "tasks enqueued", errors: {} },
      { name: "task numbers.halve", unit: "tasks run", errors: { "failed with RangeError: every other": 10 } },
    ]);
  });

  it("says what is wrong with what it is asked for", async () => {
    const directory = await scratch({ "project.js": project });
    const cases: [args: string[], problem: string][] = [
      [["--route", "/none/"], "The project has no route /none/. There are: /, /secret/, /flaky/"],
      [["--task", "none"], "The project has no task none. There are: numbers.halve."],
      [["--message", "hello"], "--message: it belongs to a --socket"],
      [["--body", "{}"], "--body: it belongs to a --route"],
      [["--route", "room"], "no route without parameters of the name room. There are: hello."],
    ];
    for (const [args, problem] of cases) {
      const { code, text } = await bench(directory, ...args);
      expect(text).toContain(problem);
      expect(code).toBe(1);
      // One line, no stack.
      expect(text).not.toContain("    at ");
    }
  });
});
