import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadFanout } from "../../load/fanout-load.js";

const message = { author: "django", text: "And now the Quintette du Hot Club plays Minor Swing.", id: 1937 };
const body = JSON.stringify(message);

/** One event to each of 1,000 clients, over and over. */
export const sseFanout: BenchCase = {
  name: "sse-fanout",
  title: "a message posted, sent as an event to each of 1,000 clients; ours through a group and a consumer each",
  unit: "events per CPU second",
  servers: ["ours", "bare", "fastify"],
  secondsBeside: { perLoad: 0.3 },
  async check(port) {
    const stop = new AbortController();
    const url = `http://127.0.0.1:${port}/`;
    const stream = await fetch(url, { headers: { accept: "text/event-stream" }, signal: stop.signal });
    equal(stream.headers.get("content-type"), "text/event-stream");
    const pieces = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    equal((await pieces?.read())?.value, "retry: 3000\n\n");
    const headers = { "content-type": "application/json" };
    equal((await fetch(url, { method: "POST", headers, body })).status, 204);
    const text = (await pieces?.read())?.value ?? "";
    const data = /^event: message\ndata: (.*)\n\n$/.exec(text)?.[1] ?? "";
    const { author, text: said, id } = JSON.parse(data) as typeof message;
    equal(JSON.stringify({ author, text: said, id }), body);
    stop.abort();
  },
  load: (port, seconds, _server, began) =>
    loadFanout(port, { clients: 1000, listenPath: "/", publishPath: "/", body }, seconds, began),
};
