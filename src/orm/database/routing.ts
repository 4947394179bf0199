import type { ModelClass } from "../model-class.js";
import type { Database } from "./database.js";
import { databases } from "./databases.js";
import { currentScope } from "./transaction.js";

/** Says which database a query goes to that names none itself with `using`. Both may leave it to the next router. */
export interface DatabaseRouter {
  /** The alias for reads of `model`. */
  forRead?(model: ModelClass): string | undefined;
  /** The alias for writes of `model`. */
  forWrite?(model: ModelClass): string | undefined;
  /**
   * Whether a migration of `app` does on the database `alias` what it does to `model`, or runs code and SQL, which say
   * of no model what they are about. Where all routers pass, it does.
   */
  allowsMigration?(alias: string, app: string, model: string | undefined): boolean | undefined;
}

let routers: readonly DatabaseRouter[] = [];
/** When this process last wrote to each database. */
const lastWrites = new Map<string, number>();

/** Sets the routers, asked in order. Where all of them pass, it is `default`. */
export function setRouters(given: readonly DatabaseRouter[]): void {
  routers = [...given];
  lastWrites.clear();
}

/** Where all queries of some models go that name no database themselves, whatever routers say. */
export interface Home {
  alias: string | undefined;
}

const homes = new WeakMap<object, Home>();

/** Gives a model a home of its own, as migrations do whose code is about one database. */
export function setHome(model: object, home: Home | undefined): void {
  if (home !== undefined) homes.set(model, home);
}

export function homeOf(model: object): Home | undefined {
  return homes.get(model);
}

/** Whether a migration of `app` is for the database `alias`, as far as `model` goes. */
export function allowsMigration(alias: string, app: string, model: string | undefined): boolean {
  return firstOf((router) => router.allowsMigration?.(alias, app, model)) ?? true;
}

/** The database to read `model` from. */
export function readDatabase(model: ModelClass, alias: string | undefined): Database {
  const home = alias === undefined ? homes.get(model)?.alias : undefined;
  if (home !== undefined) return databases.get(home);
  if (alias !== undefined || routers.length === 0) return databases.get(alias);
  return databases.get(firstOf((router) => router.forRead?.(model)));
}

/** The database to write `model` to; `origin` is the one that an instance came from. */
export function writeDatabase(model: ModelClass, alias: string | undefined, origin?: string): Database {
  const home = alias === undefined ? homes.get(model)?.alias : undefined;
  if (alias !== undefined || home !== undefined || routers.length === 0) return databases.get(alias ?? home ?? origin);
  const database = databases.get(firstOf((router) => router.forWrite?.(model)) ?? origin);
  lastWrites.set(database.alias, performance.now());
  return database;
}

function firstOf<T>(ask: (router: DatabaseRouter) => T | undefined): T | undefined {
  for (const router of routers) {
    const answer = ask(router);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Options of `readReplicas`. */
export interface ReplicaOptions {
  /** The alias of the database that takes writes. Default `default`. */
  readonly primary?: string;
  /** The aliases of those that follow it. */
  readonly replicas: readonly string[];
  /**
   * For how long after a write this process reads from the primary, in milliseconds: longer than replicas lag behind.
   * Default 2000.
   */
  readonly stickyMs?: number;
}

/**
 * A router that writes to one database and reads from those that follow it, each in turn. Inside of `atomic`, and for a
 * while after a write, this process reads from the primary, so that it sees what it wrote itself.
 */
export function readReplicas({ primary = "default", replicas, stickyMs = 2000 }: ReplicaOptions): DatabaseRouter {
  let turn = 0;
  return {
    forWrite: () => primary,
    forRead() {
      const since = performance.now() - (lastWrites.get(primary) ?? Number.NEGATIVE_INFINITY);
      if (replicas.length === 0 || since < stickyMs || currentScope(databases.get(primary)) !== undefined) {
        return primary;
      }
      turn = (turn + 1) % replicas.length;
      return replicas[turn];
    },
  };
}
