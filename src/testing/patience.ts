const variable = "HOTCLUB_TEST_TIMEOUT_MS";

/** Shorter than what test runners give a whole test, so that a test that waits in vain says for what. */
const usualMs = 4000;

/**
 * How long a test waits for a message where it does not say so itself, in milliseconds: `HOTCLUB_TEST_TIMEOUT_MS` for a
 * machine that is slow or busy, or 4,000. Throws `RangeError` where the variable is no such number.
 */
export function patienceMs(): number {
  const given = process.env[variable];
  if (given === undefined) return usualMs;
  const patience = Number(given);
  if (patience > 0 && patience <= 0x7fff_ffff) return patience;
  throw new RangeError(`${variable} is "${given}"; it must be a number of milliseconds, such as 20000.`);
}
