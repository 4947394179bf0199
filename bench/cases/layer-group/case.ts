import { equal } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadHttp } from "../../load/http-load.js";
import { batch, members } from "./message.js";

/** Group messages over one Redis to members of one process, without sockets. */
export const layerGroup: BenchCase = {
  name: "layer-group",
  title: `${batch} messages to a group of ${members} members of one process over Redis; bare is ioredis with msgpackr`,
  unit: `batches of ${batch} messages per CPU second`,
  servers: ["ours", "bare"],
  needs: ["redis"],
  async check(port) {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    equal(Number(await answer.text()), batch * members);
  },
  load: (port, seconds) => loadHttp(port, { path: "/" }, 1, seconds),
};
