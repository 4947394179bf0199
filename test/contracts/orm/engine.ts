import { closeDatabases, createTables, databases, type Database } from "hotclub/orm";
import { afterAll, beforeAll, beforeEach } from "vitest";

import { Category, Flag, Message, models, Room, User } from "./models.js";

/** A database that the ORM's contract is tried on. */
export interface OrmEngine {
  readonly name: string;
  /** Connects to a new, empty database. */
  open(): Promise<Database>;
}

/** Connects `engine` as the default database for the tests of a `describe`, with empty tables before each. */
export function withTables(engine: OrmEngine): void {
  beforeAll(async () => {
    databases.set("default", await engine.open());
    await createTables(models);
  });
  beforeEach(async () => {
    for (const model of [Message, Room]) await model.all().delete();
    // Categories refer to each other and rooms protect them; no room is left.
    for (const model of [Category, User, Flag]) await model.all().delete();
  });
  afterAll(closeDatabases);
}

/** `count` users, rooms of the first, and messages in the first room: enough to ask questions about. */
export async function lobby() {
  const django = await User.create({ username: "django", nickname: "Django" });
  const stephane = await User.create({ username: "stephane" });
  const room = await Room.create({ slug: "lobby", title: "The Lobby", owner: django });
  const empty = await Room.create({ slug: "empty" });
  const first = await Message.create({
    room,
    author: django,
    text: "hello",
    likes: 2,
    sentAt: at("2025-03-01T10:00:00Z"),
  });
  const second = await Message.create({
    room,
    author: stephane,
    text: "Hello again",
    note: "edited",
    score: 7,
    sentAt: at("2026-01-31T23:30:00Z"),
  });
  return { django, stephane, room, empty, first, second };
}

export function at(text: string): Date {
  return new Date(text);
}

/** The values of one property, in order. */
export function pluck<T, K extends keyof T>(rows: readonly T[], key: K): T[K][] {
  return rows.map((row) => row[key]);
}
