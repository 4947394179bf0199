import { randomUUID } from "node:crypto";

import { getLogger, type Message, setLogger } from "hotclub/core";
import { type ChannelLayer, channelLayers, MemoryChannelLayer, openChannelLayer } from "hotclub/layers";
import {
  atomic,
  closeDatabases,
  connectDatabase,
  createTables,
  databases,
  f,
  meta,
  Model,
  ModelBase,
} from "hotclub/orm";
import { announceChanges, changesOf, ModelNotAnnounced } from "hotclub/project";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { redisUrl } from "../services/index.js";

class Hall extends Model {
  name = f.char({ maxLength: 20 });
  static meta = meta({ announce: true });
}
class Seat extends ModelBase {
  key = f.compositeKey("row", "number");
  row = f.char({ maxLength: 2 });
  number = f.int();
  static meta = meta({ announce: true });
}
class Ticket extends Model {
  price = f.int();
  static meta = meta({ announce: "model" });
}
class Secret extends Model {
  text = f.char({ maxLength: 20 });
}
const models = [Hall, Seat, Ticket, Secret];

const layers = [
  { name: "memory", open: async () => new MemoryChannelLayer() },
  { name: "redis", open: async () => openChannelLayer(await redisUrl(), { prefix: `test-${randomUUID()}` }) },
];

for (const { name, open } of layers) {
  describe(`changes of models on the ${name} layer`, () => {
    let layer: ChannelLayer;
    let stop: () => Promise<void>;
    beforeEach(async () => {
      layer = await open();
      channelLayers.set("default", layer);
      databases.set("default", await connectDatabase("sqlite::memory:"));
      await createTables(models);
      stop = announceChanges(models);
    });
    afterEach(async () => {
      await stop();
      await closeDatabases();
      await channelLayers.closeAll();
    });

    /** A member of a group, who has its messages one after the other. */
    async function member(group: string) {
      const channel = layer.newChannel();
      const messages: Message[] = [];
      let wake = (): void => {};
      await layer.subscribe(channel, (message) => {
        messages.push(message);
        wake();
      });
      await layer.groupAdd(group, channel);
      return async (): Promise<Message> => {
        while (messages.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return messages.shift() as Message;
      };
    }

    test("are told to the group of the model and to that of the row", async () => {
      const ofAll = await member(changesOf(Hall).name);
      const hall = await Hall.create({ name: "big" });
      const saved = { type: "orm.saved", model: "Hall", keys: [hall.pk], created: true, using: "default" };
      expect(await ofAll()).toEqual(saved);
      const ofOne = await member(changesOf(Hall, hall.pk).name);
      await Hall.create({ name: "other" });
      await hall.assign({ name: "small" }).save();
      expect(await ofOne()).toEqual({ ...saved, created: false });
      await hall.delete();
      expect(await ofOne()).toEqual({ type: "orm.deleted", model: "Hall", keys: [hall.pk], using: "default" });
    });

    test("are told once for all rows that are written together", async () => {
      const ofAll = await member(changesOf(Ticket).name);
      const tickets = await Ticket.bulkCreate([{ price: 1 }, { price: 2 }, { price: 3 }]);
      const keys = tickets.map(({ pk }) => pk);
      expect(await ofAll()).toMatchObject({ type: "orm.saved", keys, created: true });
      await Ticket.filter({ price__gt: 1 }).update({ price: 9 });
      expect(await ofAll()).toMatchObject({ type: "orm.saved", keys: keys.slice(1), created: false });
      await Ticket.all().delete();
      expect(await ofAll()).toMatchObject({ type: "orm.deleted", keys });
    });

    test("are told after the commit, and not at all where there is none", async () => {
      const ofAll = await member(changesOf(Hall).name);
      const failing = atomic(async () => {
        await Hall.create({ name: "never" });
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      let isCommitted = false;
      await atomic(async () => {
        await Hall.create({ name: "one" });
        isCommitted = true;
      });
      await ofAll();
      expect(isCommitted).toBe(true);
      expect(await Hall.count()).toBe(1);
    });

    test("have keys of several fields as lists", async () => {
      const ofOne = await member(changesOf(Seat, ["A", 1]).name);
      await Seat.create({ row: "A", number: 2 });
      await Seat.create({ row: "A", number: 1 });
      expect(await ofOne()).toMatchObject({ model: "Seat", keys: [["A", 1]] });
    });

    test("that are not announced have no group", () => {
      expect(() => changesOf(Secret)).toThrow(ModelNotAnnounced);
      expect(() => changesOf(Ticket, 1)).toThrow(ModelNotAnnounced);
    });

    test("are made although nobody can be told", async () => {
      const logged: unknown[] = [];
      const before = getLogger();
      const logger = Object.assign(Object.create(before) as typeof before, {
        error: (...args: unknown[]) => void logged.push(args),
      });
      setLogger(logger);
      await layer.close();
      const hall = await Hall.create({ name: "big" });
      expect(hall.isSaved).toBe(true);
      setLogger(before);
      expect(logged).toHaveLength(1);
    });
  });
}
