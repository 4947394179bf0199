import { Writable } from "node:stream";

import { createLogger, runWithLogContext } from "hotclub/core";
import { describe, expect, it } from "vitest";

function capture() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, destination };
}

describe("the log", () => {
  it("is JSON, a line each, where standard output is no terminal", () => {
    const { lines, destination } = capture();
    createLogger({ destination }).info({ room: "lobby" }, "joined");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 30, room: "lobby", msg: "joined" });
  });

  it("carries the request id of the code that writes it, also after an await", async () => {
    const { lines, destination } = capture();
    const logger = createLogger({ destination });
    await runWithLogContext({ requestId: "r1" }, async () => {
      await Promise.resolve();
      logger.info("inside");
    });
    logger.info("outside");
    expect(lines.map((line) => (JSON.parse(line) as { requestId?: string }).requestId)).toEqual(["r1", undefined]);
  });

  it("shows no secrets, at the top of a line, one level below, or of a child", () => {
    const { lines, destination } = capture();
    const logger = createLogger({ destination });
    const fields = { password: "p1", user: { token: "t1", name: "Django" }, list: [{ cookie: "far" }] };
    logger.info(fields, "x");
    logger.child({ authorization: "a1", session: { cookie: "c1" } }).info("y");
    logger.error({ err: Object.assign(new Error("failed"), { secretKey: "k1" }) });
    expect(lines.join("")).not.toMatch(/"(?:p1|t1|a1|c1|k1)"/);
    expect(lines.join("")).toMatch(/"name":"Django".*failed.*log\.test/s);
    // Nobody's own objects are changed.
    expect(fields).toEqual({ password: "p1", user: { token: "t1", name: "Django" }, list: [{ cookie: "far" }] });
  });

  it("is pretty when asked", () => {
    const { lines, destination } = capture();
    createLogger({ format: "pretty", destination }).info("hello");
    expect(lines.join("")).toContain("INFO");
  });

  it.each(["json", "pretty"] as const)("cannot be given lines or colours by what stands in it (%s)", (format) => {
    const { lines, destination } = capture();
    const hostile = 'asked\n[10:00:00.000] INFO: forged\r\n{"level":30}\u001b[31m\u0007';
    createLogger({ format, destination }).info({ path: hostile, err: new Error(hostile) }, hostile);
    const [first, ...others] = lines.join("").split("\n");
    expect(first).toContain("asked");
    for (const line of others) expect(line).toMatch(/^(?: {4}.*)?$/);
    for (const control of ["\r", "\u0007", "\u001b[31m\\"]) expect(lines.join("")).not.toContain(control);
  });
});
