import { seededRandom } from "../random.js";
import type { LoadResult } from "./load-result.js";
import type { Roamer } from "./roaming.js";

/** How many messages all clients together are to hear in a second, and how many are posted at most. */
const heardPerSecond = 10_000;
const postsPerSecond = 10;
/** So many clients come in at a time. */
const atOnce = 250;
/** Each client loses its line for so long... */
const awayMs = 2000;
/** ...at a moment of each such span. */
const spanMs = 5000;
/** How long anything may take to come. */
const patienceMs = 60_000;
/** After so long without anything new, nothing more comes: all are back soon after the last message. */
const silenceMs = 3000;
/** Where all come back at once, that takes them a while. */
const longSilenceMs = 15_000;

/** How lines are lost: each of them now and then, so that the server notices or not, or all of them once at one time. */
export type Loss = "cut" | "unnoticed" | "together" | "none";

/**
 * Has `count` clients lose their lines while messages are posted for `seconds`. `done` is the part of
 * the messages that clients heard, in percent.
 */
export async function loadRecovery(
  makeRoamer: () => Roamer,
  count: number,
  seconds: number,
  loss: Loss,
): Promise<LoadResult> {
  const started = performance.now();
  const poster = makeRoamer();
  const roamers: Roamer[] = [];
  const drops: NodeJS.Timeout[] = [];
  const random = seededRandom();
  try {
    await poster.joined;
    while (roamers.length < count) {
      const some = Array.from({ length: Math.min(atOnce, count - roamers.length) }, makeRoamer);
      roamers.push(...some);
      await Promise.all(some.map(({ joined }) => joined));
    }
    poster.post(1);
    await until(() => heardBy(roamers) === count, patienceMs);
    const endsAt = Date.now() + seconds * 1000;
    const pauseMs = 1000 / Math.min(postsPerSecond, heardPerSecond / count);
    const dropAll = (): void => {
      for (const roamer of roamers) roamer.drop(awayMs, false);
    };
    if (loss === "together") drops.push(setTimeout(dropAll, (seconds * 1000) / 4));
    for (const roamer of loss === "cut" || loss === "unnoticed" ? roamers : [])
      drops.push(setTimeout(() => dropAgain(roamer), random() * spanMs));
    const dropAgain = (roamer: Roamer): void => {
      if (Date.now() + awayMs > endsAt) return;
      roamer.drop(awayMs, loss === "unnoticed");
      drops.push(setTimeout(() => dropAgain(roamer), spanMs));
    };
    let last = 1;
    while (Date.now() < endsAt) {
      await pause(pauseMs);
      poster.post(++last);
    }
    const expected = count * last;
    let newest = { heard: 0, at: Date.now() };
    await until(() => {
      const now = heardBy(roamers);
      if (now > newest.heard) newest = { heard: now, at: Date.now() };
      return now === expected || Date.now() - newest.at > (loss === "together" ? longSilenceMs : silenceMs);
    }, patienceMs);
    const heard = heardBy(roamers);
    const took = (performance.now() - started) / 1000;
    return {
      done: (100 * heard) / expected,
      lost: expected - heard,
      p50Ms: 0,
      p99Ms: 0,
      seconds: took,
      generatorBusy: 0,
    };
  } finally {
    for (const timer of drops) clearTimeout(timer);
    for (const roamer of [poster, ...roamers]) roamer.close();
  }
}

function heardBy(roamers: readonly Roamer[]): number {
  return roamers.reduce((sum, { heard }) => sum + heard.size, 0);
}

/** Resolves when `isSo`, or `limitMs` have passed. */
async function until(isSo: () => boolean, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!isSo() && Date.now() < end) await pause(50);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
