import { freePort } from "../../services/free-port.js";
import { startRedis } from "../../services/index.js";
import type { Act } from "./acts.js";
import { ChaosProcess } from "./chaos-process.js";
import { Chatter, pause } from "./chatter.js";

/** How much happens in a run. */
export interface Load {
  readonly clients: number;
  readonly clientsPerRoom: number;
  /** How often each client sends. */
  readonly everyMs: number;
  /** How long before, and after, the act. */
  readonly calmMs: number;
  /** Whether the consumers run in workers. */
  readonly isRemote?: boolean;
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
  /** Processes of the site that ended by themselves. */
  readonly crashed: number;
  /** Messages to a group without history: those that the server took, those of which the sender does not know, and... */
  readonly whispered: number;
  readonly unsure: number;
  /** ...how many of those that it took did not reach a client that was or had been in the group. */
  readonly lostWithoutHistory: number;
}

/** What has not come by then does not come. */
const patienceMs = 45_000;
const patienceWithoutHistoryMs = 2000;

/** Two web processes and two workers on one Redis, clients that talk, and something that goes wrong in the midst of it. */
export async function runAct(act: Act, load: Load): Promise<Outcome> {
  const isRemote = act.isRemote ?? load.isRemote ?? false;
  const redis = await startRedis({ durable: act.isDurable });
  const ports = [await freePort(), await freePort()];
  const web = ports.map((port) => new ChaosProcess("./web.ts", redis.url, String(port)));
  const workers = isRemote ? ports.map(() => new ChaosProcess("./worker.ts", redis.url)) : [];
  const processes = [...web, ...workers];
  const chatters: Chatter[] = [];
  try {
    await Promise.all(processes.map((process) => process.start()));
    for (let n = 0; n < load.clients; n++) {
      // At each process some get their messages one by one, and some all at once.
      const kind = `${isRemote ? "remote" : "inline"}${n % 4 < 2 ? "" : "-relayed"}`;
      const site = `ws://127.0.0.1:${ports[n % ports.length] ?? 0}/${kind}`;
      chatters.push(new Chatter(`client-${n}`, `${site}/${roomOf(n, load)}/`));
    }
    await Promise.all(chatters.map(({ joined }) => joined));
    const stop = new AbortController();
    const talking = Promise.all(chatters.map((chatter) => chatter.talk(load.everyMs, stop.signal)));
    await pause(load.calmMs);
    await act.run({ redis, web, workers });
    await pause(load.calmMs);
    stop.abort();
    await talking;
    const end = Date.now();
    for (;;) {
      const outcome = judge(chatters, processes, load, act);
      const waitedMs = Date.now() - end;
      const isWaiting =
        (outcome.lost > 0 && waitedMs < patienceMs) ||
        (outcome.lostWithoutHistory > 0 && waitedMs < patienceWithoutHistoryMs);
      if (!isWaiting) return outcome;
      await pause(100);
    }
  } finally {
    for (const chatter of chatters) chatter.close();
    await Promise.all(processes.map((process) => process.kill()));
    await redis.dispose();
  }
}

/** Whether nothing happened that must not. */
export function isGood(outcome: Outcome, act: Act, clients: number): boolean {
  const { lost, doubled, reordered, crashed, told, returns } = outcome;
  if (act.keepsSockets === true && returns > 0) return false;
  return lost + doubled + reordered + crashed === 0 && told === (act.isDurable ? 0 : clients);
}

/** The room of a client, by its number. */
export function roomOf(n: number, { clientsPerRoom }: Pick<Load, "clientsPerRoom">): string {
  return `room-${Math.floor(n / clientsPerRoom)}`;
}

/** What a run came to until now. */
export function judge(
  chatters: readonly Chatter[],
  processes: readonly ChaosProcess[],
  load: Pick<Load, "clientsPerRoom">,
  { isDurable }: Pick<Act, "isDurable">,
): Outcome {
  let [sent, heard, lost, doubled, reordered, lostWithoutHistory] = [0, 0, 0, 0, 0, 0];
  const rooms = new Map<string, Chatter[]>();
  for (const [n, chatter] of chatters.entries()) {
    const room = rooms.get(roomOf(n, load));
    if (room === undefined) rooms.set(roomOf(n, load), [chatter]);
    else room.push(chatter);
  }
  const roommates = [...rooms.values()].flatMap((room) =>
    room.flatMap((listener) => room.map((sender) => ({ listener, sender }))),
  );
  for (const { listener, sender } of roommates) {
    const kept = listener.heard.get(sender.name) ?? [];
    heard += kept.length;
    // A Redis that lost everything lost the keys of the messages, too.
    doubled += doubles(kept, isDurable ? undefined : sender.resent);
    reordered += steps(kept);
    const different = new Set(kept);
    if (listener.told === 0) for (let n = 1; n <= sender.sent; n++) if (!different.has(n)) lost++;
    const passing = listener.overheard.get(sender.name) ?? [];
    doubled += doubles(passing);
    reordered += steps(passing);
    const caught = new Set(passing);
    for (const n of sender.whispered) if (!caught.has(n)) lostWithoutHistory++;
  }
  for (const chatter of chatters) sent += chatter.sent;
  return {
    sent,
    heard,
    lost,
    doubled,
    reordered,
    told: chatters.filter(({ told }) => told > 0).length,
    returns: chatters.reduce((sum, { returns }) => sum + returns, 0),
    crashed: processes.filter(({ isDead }) => isDead).length,
    whispered: chatters.reduce((sum, { whispered }) => sum + whispered.length, 0),
    unsure: chatters.reduce((sum, { unsure }) => sum + unsure, 0),
    lostWithoutHistory,
  };
}

/** How many of `numbers` came before, but for those of `allowed`. */
function doubles(numbers: readonly number[], allowed: ReadonlySet<number> = new Set()): number {
  const judged = numbers.filter((number) => !allowed.has(number));
  return judged.length - new Set(judged).size;
}

/** How often a number follows one that is larger. */
function steps(numbers: readonly number[]): number {
  return numbers.filter((number, i) => number < (numbers[i - 1] ?? 0)).length;
}
