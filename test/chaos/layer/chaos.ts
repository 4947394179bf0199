import { freePort } from "../../services/free-port.js";
import { startRedis } from "../../services/index.js";
import type { Act } from "./acts.js";
import { Chatter, pause } from "./chatter.js";
import { WebProcess } from "./web-process.js";

/** How much happens in a run. */
export interface Load {
  readonly clients: number;
  readonly clientsPerRoom: number;
  /** How often each client sends. */
  readonly everyMs: number;
  /** How long before, and after, the act. */
  readonly calmMs: number;
}

/** What a run came to. */
export interface Outcome {
  readonly sent: number;
  readonly heard: number;
  /** Messages that a client did not hear although nobody told it that it missed some. */
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  /** Clients that were told that they missed something. */
  readonly told: number;
  /** How often clients came back. */
  readonly returns: number;
  /** Web processes that ended by themselves. */
  readonly crashed: number;
}

/** What has not come by then does not come. */
const patienceMs = 15_000;

/** Two web processes on one Redis, clients that talk, and something that goes wrong in the midst of it. */
export async function runAct(act: Act, load: Load): Promise<Outcome> {
  const redis = await startRedis({ durable: act.isDurable });
  const web = [new WebProcess(redis.url, await freePort()), new WebProcess(redis.url, await freePort())];
  const chatters: Chatter[] = [];
  try {
    await Promise.all(web.map((process) => process.start()));
    for (let n = 0; n < load.clients; n++) {
      const port = web[n % web.length]?.port ?? 0;
      chatters.push(new Chatter(`client-${n}`, `ws://127.0.0.1:${port}/${roomOf(n, load)}/`));
    }
    await Promise.all(chatters.map(({ joined }) => joined));
    const stop = new AbortController();
    const talking = Promise.all(chatters.map((chatter) => chatter.talk(load.everyMs, stop.signal)));
    await pause(load.calmMs);
    await act.run({ redis, web });
    await pause(load.calmMs);
    stop.abort();
    await talking;
    const deadline = Date.now() + patienceMs;
    let outcome = judge(chatters, web, load, act);
    while (outcome.lost > 0 && Date.now() < deadline) {
      await pause(100);
      outcome = judge(chatters, web, load, act);
    }
    return outcome;
  } finally {
    for (const chatter of chatters) chatter.close();
    await Promise.all(web.map((process) => process.kill()));
    await redis.dispose();
  }
}

function roomOf(n: number, { clientsPerRoom }: Load): string {
  return `room-${Math.floor(n / clientsPerRoom)}`;
}

function judge(chatters: readonly Chatter[], web: readonly WebProcess[], load: Load, act: Act): Outcome {
  let [sent, heard, lost, doubled, reordered] = [0, 0, 0, 0, 0];
  for (const [n, listener] of chatters.entries()) {
    sent += listener.sent;
    for (const [m, sender] of chatters.entries()) {
      if (roomOf(n, load) !== roomOf(m, load)) continue;
      const numbers = listener.heard.get(sender.name) ?? [];
      const different = new Set(numbers);
      heard += numbers.length;
      // A Redis that lost everything lost the keys of the messages, too.
      for (const number of act.isDurable ? [] : sender.resent)
        if (different.has(number)) doubled -= times(numbers, number) - 1;
      doubled += numbers.length - different.size;
      for (let i = 1; i < numbers.length; i++) if ((numbers[i] ?? 0) < (numbers[i - 1] ?? 0)) reordered++;
      if (listener.told > 0) continue;
      for (let number = 1; number <= sender.sent; number++) if (!different.has(number)) lost++;
    }
  }
  return {
    sent,
    heard,
    lost,
    doubled,
    reordered,
    told: chatters.filter(({ told }) => told > 0).length,
    returns: chatters.reduce((sum, { returns }) => sum + returns, 0),
    crashed: web.filter(({ isDead }) => isDead).length,
  };
}

function times(numbers: readonly number[], wanted: number): number {
  return numbers.filter((number) => number === wanted).length;
}
