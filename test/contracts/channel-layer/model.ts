import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type LayerEngine, opener } from "../channel-layer.opener.js";
import { collect, message, numbers } from "../channel-layer.tools.js";

/** The whole of it beside a model in plain TypeScript. */
export function describeAgainstModel(engine: LayerEngine): void {
  describe(`${engine.name}: against a model`, () => {
    const open = opener(engine);

    test("after any joins, leaves, sends and ends of receivers every channel holds what a simple model says", async () => {
      const { a, b } = await open({ capacity: 10_000 });
      const step = fc.record({
        what: fc.constantFrom("join", "join", "leave", "group", "group", "group", "send", "end"),
        channel: fc.nat(3),
        group: fc.nat(2),
        from: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const owners = [a, a, b, b];
          const channels = await Promise.all(owners.map((owner) => collect(owner, owner.newChannel())));
          const members = [new Set<number>(), new Set<number>(), new Set<number>()];
          const prefix = `model-${Math.random().toString(36).slice(2)}`;
          const expected: { a: number[]; b: number[] }[] = channels.map(() => ({ a: [], b: [] }));
          const end = async (index: number): Promise<void> => {
            const { messages, until, unsubscribe } = channels[index] ?? expect.fail();
            await until(total(expected[index]));
            for (const side of ["a", "b"] as const) {
              expect(numbers(messages.filter(({ from }) => from === side))).toEqual(expected[index]?.[side]);
            }
            await unsubscribe();
          };
          for (const [n, { what, channel, group, from }] of steps.entries()) {
            const owner = owners[channel] ?? a;
            const name = channels[channel]?.channel ?? "";
            const [sender, side] = from ? [a, "a" as const] : [b, "b" as const];
            const sent = { ...message(n), from: side };
            if (what === "join") {
              await owner.groupAdd(`${prefix}-${group}`, name);
              members[group]?.add(channel);
            } else if (what === "leave") {
              await owner.groupDiscard(`${prefix}-${group}`, name);
              members[group]?.delete(channel);
            } else if (what === "group") {
              await sender.groupSend(`${prefix}-${group}`, sent);
              for (const member of members[group] ?? []) expected[member]?.[side].push(n);
              // A later leave or join must not race with the copies on their way.
              for (const member of members[group] ?? []) await channels[member]?.until(total(expected[member]));
            } else if (what === "send") {
              await sender.send(name, sent);
              expected[channel]?.[side].push(n);
            } else {
              // As when its consumer crashes: the memberships go with the channel, and a new one knows of nothing.
              await end(channel);
              channels[channel] = await collect(owner, owner.newChannel());
              expected[channel] = { a: [], b: [] };
              for (const group of members) group.delete(channel);
            }
          }
          for (const index of channels.keys()) await end(index);
        }),
        { numRuns: 60 },
      );
    });
  });
}

function total(expected: { a: number[]; b: number[] } | undefined): number {
  return (expected?.a.length ?? 0) + (expected?.b.length ?? 0);
}
