/** The seed of this run: `BENCH_SEED`, or 1. The runner sets it, prints it and keeps it with the figures. */
export function benchSeed(): number {
  const given = Number(process.env["BENCH_SEED"]);
  return Number.isSafeInteger(given) && given > 0 ? given : 1;
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32): every server of a case meets the same luck. */
export function seededRandom(seed: number = benchSeed()): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
