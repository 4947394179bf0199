import * as fc from "fast-check";
import type { Message } from "hotclub/core";
import type { ChannelLayer } from "hotclub/layers";

/** Messages as they come in, and a way to wait for them. */
export interface WaitingRoom {
  readonly messages: Message[];
  readonly add: (message: Message) => void;
  /** Resolves when `count` messages are here. */
  readonly until: (count: number) => Promise<void>;
}

export function waitingRoom(): WaitingRoom {
  const messages: Message[] = [];
  let wakers: (() => void)[] = [];
  return {
    messages,
    add(message) {
      messages.push(message);
      const woken = wakers;
      wakers = [];
      for (const wake of woken) wake();
    },
    async until(count) {
      while (messages.length < count) await new Promise<void>((resolve) => wakers.push(resolve));
    },
  };
}

/** Subscribes to `channel` and collects what comes. */
export async function collect(layer: ChannelLayer, channel: string, room = waitingRoom()) {
  const unsubscribe = await layer.subscribe(channel, room.add);
  return { ...room, channel, unsubscribe };
}

/** Subscribes to `channel` with a receiver that is busy with each message until `release` is called. */
export async function hold(layer: ChannelLayer, channel: string) {
  const room = waitingRoom();
  const gate = waitingRoom();
  const released = gate.until(1);
  const release = (): void => gate.add({ type: "released" });
  const unsubscribe = await layer.subscribe(channel, (message) => {
    room.add(message);
    return released;
  });
  return { messages: room.messages, begun: room.until, release, channel, unsubscribe };
}

/** Sends again and again until it is heard: a message that expires soon may do so before a busy machine delivers it. */
export async function sendUntilHeard(send: () => Promise<void>, heard: Promise<void>): Promise<void> {
  let isHeard = false;
  const noted = heard.then(() => (isHeard = true));
  for (;;) {
    await send();
    await Promise.race([noted, new Promise((resolve) => setTimeout(resolve, 100))]);
    if (isHeard) return;
  }
}

/** msgpack's integers have no -0. */
const withoutSign = (value: number) => (value === 0 ? 0 : value);

const key = fc.string().filter((text) => text !== "__proto__");

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(withoutSign),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(tie("any")),
    fc.dictionary(key, tie("any"), { noNullPrototype: true }),
  ),
}));

/** Everything that a message may hold, beside its type. */
export const messageValues: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(key, value["any"], {
  noNullPrototype: true,
});

/** A message with a number. */
export const message = (n: number) => ({ type: "test.message", n });

/** The numbers of messages, in their order. */
export const numbers = (messages: readonly { readonly [key: string]: unknown }[]) => messages.map(({ n }) => n);

/** The numbers of messages, the lowest first. */
export const sorted = (messages: readonly { readonly [key: string]: unknown }[]) =>
  numbers(messages).sort((x, y) => Number(x) - Number(y));

/** The numbers below `count`. */
export const range = (count: number) => Array.from({ length: count }, (_, index) => index);
