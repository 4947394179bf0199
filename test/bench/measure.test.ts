import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { measureInOwnProcess } from "../../bench/case-process.js";
import { measure } from "../../bench/measure.js";
import { scratch } from "../project/scratch.js";
import { tiny, tinyEffort, tinyServer } from "./tiny-case.js";

const number = (value: number): string => `export const number = ${value};`;
const quiet = { limitMs: 60_000, seed: 5, onProgress() {} };

describe("measuring", () => {
  it("has servers of the same work take turns, and says how it goes on", async () => {
    const directory = await scratch({ "server.js": tinyServer("./number.js"), "number.js": number(2) });
    const file = join(directory, "server.js");
    const progress: string[] = [];
    const contestants = ["ours", "bare"].map((label) => ({ label, server: label, file }));
    const { rounds, leftOut } = await measure(tiny, contestants, tinyEffort, (text) => progress.push(text));
    expect([...rounds].map(([label, its]) => [label, its.length])).toEqual([
      ["ours", 2],
      ["bare", 2],
    ]);
    for (const one of [...rounds.values()].flat()) {
      expect(one?.figure).toBeGreaterThan(0);
      expect(one?.generatorBusy).toBeGreaterThan(0);
    }
    expect(leftOut).toEqual({});
    expect(progress.filter((text) => text.includes("round")).map((text) => text.split(":", 1)[0])).toEqual([
      "tiny round 1/2 ours",
      "tiny round 1/2 bare",
      "tiny round 2/2 ours",
      "tiny round 2/2 bare",
    ]);
  });

  it("has peers take part in some of the rounds only, where that is asked for", async () => {
    const directory = await scratch({ "server.js": tinyServer("./number.js"), "number.js": number(2) });
    const file = join(directory, "server.js");
    const contestants = ["ours", "fastify"].map((label) => ({ label, server: label, file }));
    const { rounds } = await measure(tiny, contestants, { ...tinyEffort, rounds: 4, peerRounds: 2 }, () => {});
    const took = [...rounds].map(([label, its]) => [label, its.map((one) => one !== null)]);
    expect(took).toEqual([
      ["ours", [true, true, true, true]],
      ["fastify", [false, true, false, true]],
    ]);
  });

  it("times nothing when a server answers otherwise than it must", async () => {
    const directory = await scratch({ "server.js": tinyServer("./number.js"), "number.js": number(3) });
    const contestants = [{ label: "ours", server: "ours", file: join(directory, "server.js") }];
    await expect(measure(tiny, contestants, tinyEffort, () => {})).rejects.toThrow(/strictly equal/);
  });

  it("leaves a peer out that says it cannot take part, with its reason", async () => {
    const directory = await scratch({
      "server.js": tinyServer("./number.js"),
      "number.js": number(2),
      "peer.js": 'process.send({ leftOut: "it is not installed" }); process.on("message", () => {});',
    });
    const contestants = ["server", "peer"].map((label) => ({
      label,
      server: label,
      file: join(directory, `${label}.js`),
    }));
    const { rounds, leftOut } = await measure(tiny, contestants, tinyEffort, () => {});
    expect([...rounds.keys()]).toEqual(["server"]);
    expect(leftOut).toEqual({ peer: "it is not installed" });
  });

  it("leaves a peer out that fails, and goes on with the others", async () => {
    const directory = await scratch({
      "server.js": tinyServer("./number.js"),
      "number.js": number(2),
      "wrong/server.js": tinyServer("./number.js"),
      "wrong/number.js": number(3),
    });
    const contestants = [
      { label: "ours", server: "ours", file: join(directory, "server.js") },
      { label: "fastify", server: "fastify", file: join(directory, "wrong/server.js") },
      { label: "hono", server: "hono", file: join(directory, "none.js") },
    ];
    const { rounds, leftOut } = await measure(tiny, contestants, tinyEffort, () => {});
    expect([...rounds.keys()]).toEqual(["ours"]);
    expect(leftOut["fastify"]).toMatch(/^it failed: Expected values to be strictly equal/);
    expect(leftOut["hono"]).toMatch(/^it failed: .*none\.js ended with 1 before it listened$/);
  });

  it("takes no figure that is no number", async () => {
    const directory = await scratch({ "server.js": tinyServer("./number.js"), "number.js": number(2) });
    const idle = {
      ...tiny,
      load: (_port: number, seconds: number) =>
        Promise.resolve({ done: 1, lost: 0, p50Ms: 1, p99Ms: 1, seconds, cpuSeconds: 0, generatorBusy: 0 }),
    };
    const contestants = [{ label: "ours", server: "ours", file: join(directory, "server.js") }];
    await expect(measure(idle, contestants, tinyEffort, () => {})).rejects.toThrow(/that is no figure/);
  });

  it("fails when a server ends while it is measured, rather than to wait for it", async () => {
    const directory = await scratch({ "server.js": tinyServer("./number.js"), "number.js": number(2) });
    const dying = {
      ...tiny,
      load: async (port: number, seconds: number) => {
        await fetch(`http://127.0.0.1:${port}/die`).catch(() => {});
        return { done: 1, lost: 0, p50Ms: 1, p99Ms: 1, seconds, generatorBusy: 0 };
      },
    };
    const contestants = [{ label: "ours", server: "ours", file: join(directory, "server.js") }];
    await expect(measure(dying, contestants, tinyEffort, () => {})).rejects.toThrow(
      /server\.js ended with 3 while it was measured/,
    );
  });
});

describe("a case in a process of its own", () => {
  it("gives its rounds and tells how it goes, with the seed of the run", async () => {
    const directory = await scratch({
      "case.js": `process.on("message", ({ name }) => {
        process.send({ progress: name + " with seed " + process.env.BENCH_SEED });
        process.send({ rounds: [["ours", []]], leftOut: {} }, () => process.exit());
      });`,
    });
    const progress: string[] = [];
    const watch = { ...quiet, onProgress: (text: string) => void progress.push(text) };
    const measured = await measureInOwnProcess(join(directory, "case.js"), { name: "tiny", effort: tinyEffort }, watch);
    expect(measured).toEqual({ rounds: new Map([["ours", []]]), leftOut: {} });
    expect(progress).toEqual(["tiny with seed 5"]);
  });

  it.each([
    [
      "says what went wrong",
      'process.send({ failure: "there is no Redis" }, () => process.exit(1));',
      "there is no Redis",
    ],
    ["dies", "process.exit(7);", "its process ended with 7 before it had measured"],
  ])("fails alone when it %s", async (_what, does, problem) => {
    const directory = await scratch({ "case.js": `process.on("message", () => { ${does} });` });
    const request = { name: "tiny", effort: tinyEffort };
    await expect(measureInOwnProcess(join(directory, "case.js"), request, quiet)).rejects.toThrow(problem);
  });

  it("is ended when it hangs", async () => {
    const directory = await scratch({ "case.js": "setInterval(() => {}, 1e6);" });
    const request = { name: "tiny", effort: tinyEffort };
    const hanging = measureInOwnProcess(join(directory, "case.js"), request, { ...quiet, limitMs: 1000 });
    await expect(hanging).rejects.toThrow("it was not done after 1 s");
  });

  it("is ended when all is interrupted, and nothing is left of its folder for temporary files", async () => {
    const directory = await scratch({
      "case.js": "process.on('message', () => process.send({ progress: process.env.TMPDIR }));",
    });
    const stop = new AbortController();
    let temporary = "";
    const onProgress = (text: string): void => {
      temporary = text;
      stop.abort();
    };
    const request = { name: "tiny", effort: tinyEffort };
    const watch = { ...quiet, onProgress, signal: stop.signal };
    await expect(measureInOwnProcess(join(directory, "case.js"), request, watch)).rejects.toThrow("interrupted");
    expect(temporary).not.toBe("");
    expect(existsSync(temporary)).toBe(false);
  });

  it("takes with it what it has started, however it ends", async () => {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const left = once(listener, "connection").then(([socket]) => once(socket as Socket, "close"));
    const directory = await scratch({
      "case.js": `import { fork } from "node:child_process";
        const started = fork(new URL("./started.js", import.meta.url));
        started.on("message", () => process.exit(7));`,
      "started.js": `import { connect } from "node:net";
        connect(${port}, "127.0.0.1", () => process.send("here")).on("error", () => {});`,
    });
    const request = { name: "tiny", effort: tinyEffort };
    await expect(measureInOwnProcess(join(directory, "case.js"), request, quiet)).rejects.toThrow(
      "its process ended with 7",
    );
    await left;
    listener.close();
  });
});
