import { Redis } from "ioredis";
import { Packr } from "msgpackr";

import { batch, members, message } from "./message.js";
import { serveBatches } from "./serve-batches.js";

const url = process.env["REDIS_URL"] ?? "";
const [publisher, subscriber] = [new Redis(url), new Redis(url)];
const packr = new Packr({ useRecords: false });
let delivered = 0;
let onAll = (): void => {};

const receivers = Array.from({ length: members }, () => (received: typeof message) => {
  if (received.id === message.id) delivered++;
});
await subscriber.subscribe("room");
subscriber.on("messageBuffer", (_channel: Buffer, payload: Buffer) => {
  const received = packr.unpack(payload) as typeof message;
  for (const receive of receivers) receive(received);
  if (delivered === batch * members) onAll();
});

serveBatches(async () => {
  delivered = 0;
  const all = new Promise<void>((resolve) => (onAll = resolve));
  await Promise.all(Array.from({ length: batch }, () => publisher.publish("room", packr.pack(message))));
  await all;
  return delivered;
});
