import { equal } from "node:assert/strict";

import type { BenchCase, Effort } from "../../bench/case.js";

/** A case that asks for one number, over and over. */
export const tiny: BenchCase = {
  name: "tiny",
  title: "a number",
  unit: "requests per CPU second",
  servers: ["ours", "bare"],
  async check(port) {
    equal(await ask(port), "2");
  },
  async load(port, seconds) {
    const end = performance.now() + seconds * 1000;
    let done = 0;
    do {
      await ask(port);
      done += 1;
    } while (performance.now() < end);
    return { done, lost: 0, p50Ms: 1, p99Ms: 2, seconds, generatorBusy: 0 };
  },
};

export const tinyEffort: Effort = { rounds: 2, peerRounds: 2, secondsPerRound: 0.02, warmUpSeconds: 0 };

async function ask(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}

/** A server of that case, which takes its number from `module`. It is plain JavaScript, as what the bench builds. */
export const tinyServer = (module: string): string => `
  import { createServer } from "node:http";
  import { number } from ${JSON.stringify(module)};
  process.on("message", (question) => {
    if (question === "cpu") process.send({ cpu: process.cpuUsage() });
    if (question === "memory") process.send({ memory: 1 });
  });
  process.on("disconnect", () => process.exit());
  const server = createServer((request, response) => {
    if (request.url === "/die") process.exit(3);
    response.end(String(number));
  });
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
`;
