import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { waitMs } from "../../src/client/backoff.js";

describe("the wait before the next try", () => {
  it("grows, is never more than the most, and spreads over half of itself", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat(100),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (minMs, maxMs, failures, random) => {
          const most = Math.min(maxMs, minMs * 2 ** Math.min(failures, 30));
          const wait = waitMs({ minMs, maxMs }, failures, () => random);
          expect(wait).toBeGreaterThanOrEqual(most / 2);
          expect(wait).toBeLessThanOrEqual(most);
          expect(waitMs({ minMs, maxMs }, failures + 1, () => random)).toBeGreaterThanOrEqual(wait);
        },
      ),
    );
  });
});
