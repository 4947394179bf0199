import { seededRandom } from "../../../bench/random.js";
import { freePort } from "../../services/free-port.js";
import { startRedis } from "../../services/index.js";
import { breachesOf } from "./breaches.js";
import { judge, type Outcome, roomOf } from "./chaos.js";
import { ChaosProcess, type Holding } from "./chaos-process.js";
import { Chatter, pause } from "./chatter.js";

/** How long a soak goes, and with how many. */
export interface SoakLoad {
  readonly sockets: number;
  readonly seconds: number;
  /** Ends it in the midst; it rejects then. */
  readonly signal?: AbortSignal;
  /** The luck of who loses her line when, who visits how long, who speaks when. What meets what is not of it. */
  readonly seed: number;
}

/** What a soak came to. */
export interface SoakOutcome extends Outcome {
  /** How often a visitor came and went, a line was cut, Redis and a worker were killed and started again. */
  readonly visits: number;
  readonly drops: number;
  readonly redisRestarts: number;
  readonly workerRestarts: number;
  /** Clients whose last message the server had not taken a minute after the end. */
  readonly stuck: number;
  /** What each web process held when all had come, and at the end, with the same sockets. */
  readonly held: readonly { readonly before: Holding; readonly after: Holding }[];
}

const clientsPerRoom = 8;
const kinds = ["inline", "inline-relayed", "remote", "remote-relayed"] as const;
/** One in so many sockets is a visitor, who comes and goes. */
const oneVisitorIn = 20;
/** From one harm to the next. */
const harmEveryMs = 8000;
/** What has not come by then does not come. */
const patienceMs = 30_000;
/** Who has not joined, or sent what it began to send, by then does not. */
const stuckMs = 60_000;
/** How often it is looked, and told, what the web processes hold. */
const probeEveryMs = 60_000;
/** After that all has ended that ends by itself: timers of leases, of presence, of sockets that were cut. */
const settleMs = 8000;
/** What a process may hold more at the end: code that was compiled meanwhile, pools that have grown. */
const heapAllowance = 16 * 1024 * 1024;
const handlesAllowance = 20;
/** So many breaches are told one by one; all are counted. */
const breachesTold = 50;

/**
 * Two web processes and two workers on one Redis that keeps its data, sockets of all kinds that talk; visitors come and
 * go, lines are cut, workers and Redis are killed and come back, over and over.
 */
export async function soak(
  { sockets, seconds, seed, signal }: SoakLoad,
  tell: (line: string) => void,
): Promise<SoakOutcome> {
  const random = seededRandom(seed);
  const begin = performance.now();
  const say = (line: string): void =>
    tell(`${String(Math.round((performance.now() - begin) / 1000)).padStart(5)} s  ${line}`);
  say(`seed ${seed}`);
  const redis = await startRedis({ durable: true });
  const ports = [await freePort(), await freePort()];
  const web = ports.map((port) => new ChaosProcess("./web.ts", redis.url, String(port)));
  const workers = ports.map(() => new ChaosProcess("./worker.ts", redis.url));
  const processes = [...web, ...workers];
  const chatters: Chatter[] = [];
  const visitors = new Set<Chatter>();
  const stop = new AbortController();
  const running: Promise<unknown>[] = [];
  const told = new Set<string>();
  const done = { visits: 0, drops: 0, redisRestarts: 0, workerRestarts: 0 };
  const addressOf = (n: number): string =>
    `ws://127.0.0.1:${ports[n % ports.length] ?? 0}/${kinds[n % kinds.length] ?? ""}/${roomOf(n, { clientsPerRoom })}/`;
  const join = async (n: number, name: string): Promise<Chatter> => {
    const chatter = new Chatter(name, addressOf(n));
    await chatter.joined;
    return chatter;
  };

  /** Comes, listens for some seconds, goes, and comes again. */
  const visit = async (n: number): Promise<void> => {
    while (!stop.signal.aborted) {
      const visitor = new Chatter(`visitor-${n}`, addressOf(n));
      visitors.add(visitor);
      await Promise.race([visitor.joined, ended]);
      await pause(1000 + random() * 4000);
      visitor.close();
      visitors.delete(visitor);
      done.visits += 1;
    }
  };
  const ended = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));

  /** In a minute, half of the lines. */
  const dropLines = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await pause(1000);
      for (let times = 0; times < Math.ceil(sockets / 120); times++) {
        chatters[Math.floor(random() * chatters.length)]?.drop();
        done.drops += 1;
      }
    }
  };

  const doHarm = async (): Promise<void> => {
    for (let turn = 0; ; turn++) {
      await Promise.race([pause(harmEveryMs), ended]);
      if (stop.signal.aborted) return;
      if (turn % 3 === 1) {
        say("Redis is killed and started again");
        await redis.kill();
        await pause(300);
        await redis.start();
        done.redisRestarts += 1;
      } else {
        say("a worker is killed and another started");
        const worker = workers[turn % workers.length];
        await worker?.kill();
        await worker?.start();
        done.workerRestarts += 1;
      }
    }
  };

  const outcomeNow = (): Outcome => judge(chatters, processes, { clientsPerRoom }, { isDurable: true });
  const interrupted = new Promise<never>((_, reject) => {
    const stopped = (): void => reject(new Error("interrupted"));
    if (signal?.aborted ?? false) stopped();
    signal?.addEventListener("abort", stopped);
  });
  interrupted.catch(() => {});
  /** Says each breach when it is first seen. */
  const tellBreaches = (isOver: boolean): void => {
    for (const breach of breachesOf(chatters, { clientsPerRoom, isOver })) {
      if (told.has(breach) || told.size >= breachesTold) continue;
      told.add(breach);
      say(`BROKEN: ${breach}`);
      if (told.size === breachesTold) say("BROKEN: and more, which are counted at the end");
    }
    for (const [i, { isDead }] of processes.entries()) {
      const breach = `${i < web.length ? "web process" : "worker"} ${i % web.length} has ended by itself`;
      if (!isDead || told.has(breach)) continue;
      told.add(breach);
      say(`BROKEN: ${breach}`);
    }
  };
  const hold = async (): Promise<readonly (Holding | undefined)[]> => {
    const held = await Promise.all(web.map((process) => process.probe()));
    for (const [i, holding] of held.entries()) {
      if (holding === undefined) continue;
      say(`web process ${i} holds ${Math.round(holding.heapBytes / 2 ** 20)} MiB of heap, ${holding.handles} handles`);
    }
    return held;
  };

  try {
    await Promise.all(processes.map((process) => process.start()));
    while (chatters.length < sockets) {
      const part = Array.from({ length: Math.min(100, sockets - chatters.length) }, (_, i) => chatters.length + i);
      const joining = Promise.all(part.map((n) => join(n, `client-${n}`)));
      const late = timedOut(stuckMs, `clients ${part[0] ?? 0} and following cannot join`);
      chatters.push(...(await Promise.race([joining, interrupted, late])));
    }
    say(`${sockets} sockets are open`);
    // Everything has run once before anything is compared.
    const everyMs = sockets * 10;
    const warmUp = new AbortController();
    const warming = Promise.all(chatters.slice(0, 200).map((chatter) => chatter.talk(500, warmUp.signal, random)));
    await pause(3000);
    warmUp.abort();
    await Promise.race([warming, interrupted, timedOut(stuckMs, "clients cannot send")]);
    const before = await hold();
    let probedAt = Date.now();
    running.push(...chatters.map((chatter) => chatter.talk(everyMs, stop.signal, random)), dropLines(), doHarm());
    for (let n = 0; n < Math.ceil(sockets / oneVisitorIn); n++) running.push(visit(n));
    const allEnded = Promise.all(running);
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      await Promise.race([pause(Math.min(10_000, Math.max(0, end - Date.now()))), allEnded, interrupted]);
      tellBreaches(false);
      if (Date.now() - probedAt >= probeEveryMs) {
        await hold();
        probedAt = Date.now();
      }
      const { sent, heard, doubled, reordered } = outcomeNow();
      say(`${sent} sent, ${heard} heard, ${doubled} doubled, ${reordered} reordered`);
    }
    stop.abort();
    await Promise.race([allEnded, pause(stuckMs), interrupted]);
    const stuck = chatters.filter(({ isSaying }) => isSaying).length;
    const patientUntil = Date.now() + patienceMs;
    while (outcomeNow().lost > 0 && Date.now() < patientUntil) await pause(500);
    tellBreaches(true);
    await Promise.race([pause(settleMs), interrupted]);
    const after = await hold();
    const held = before.flatMap((first, i) => {
      const last = after[i];
      return first === undefined || last === undefined ? [] : [{ before: first, after: last }];
    });
    return { ...outcomeNow(), ...done, stuck, held };
  } finally {
    stop.abort();
    for (const process of processes) await process.kill();
    for (const chatter of [...chatters, ...visitors]) chatter.close();
    await redis.dispose();
  }
}

async function timedOut(ms: number, what: string): Promise<never> {
  await pause(ms);
  throw new Error(`${what} in ${ms / 1000} s`);
}

/** What did not hold; empty where all did. */
export function broken(outcome: SoakOutcome): string[] {
  const { lost, doubled, reordered, told, crashed, stuck, held } = outcome;
  const problems = Object.entries({ lost, doubled, reordered, told, crashed, stuck }).flatMap(([what, count]) =>
    count > 0 ? [`${count} ${what}`] : [],
  );
  for (const [i, { before, after }] of held.entries()) {
    const heap = after.heapBytes - before.heapBytes;
    if (heap > heapAllowance) problems.push(`web process ${i} holds ${heap} bytes more`);
    const handles = after.handles - before.handles;
    if (handles > handlesAllowance) problems.push(`web process ${i} holds ${handles} handles more`);
  }
  return problems;
}
