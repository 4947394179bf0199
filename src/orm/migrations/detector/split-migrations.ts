import type { Operation } from "../operations/operation.js";
import type { Draft } from "./draft.js";

/** A migration that is to be written: the next of its app. */
export interface MigrationDraft {
  readonly app: string;
  readonly operations: readonly Operation[];
  /** Other drafts that come before it. */
  readonly after: readonly MigrationDraft[];
}

/**
 * Puts sorted drafts into migrations: one for each app, unless two apps need something of each other; then the
 * operations of one are split, those that can go first before those that wait for the other app.
 */
export function splitIntoMigrations(drafts: readonly Draft[]): MigrationDraft[] {
  const waiting = new Map<string, Draft[]>();
  for (const draft of drafts) waiting.set(draft.app, [...(waiting.get(draft.app) ?? []), draft]);
  const givers = new Map<string, Draft>();
  for (const draft of drafts) for (const fact of draft.gives) givers.set(fact, draft);
  const places = new Map<Draft, MigrationDraft>();
  const migrations: MigrationDraft[] = [];

  const isReady = (draft: Draft): boolean =>
    draft.needs.every((need) => {
      const giver = givers.get(need);
      return giver === undefined || giver.app === draft.app || places.has(giver);
    });
  const emit = (app: string, chosen: readonly Draft[]): void => {
    const after = new Set<MigrationDraft>();
    for (const draft of chosen) {
      for (const need of draft.needs) {
        const giver = givers.get(need);
        const place = giver === undefined || giver.app === app ? undefined : places.get(giver);
        if (place !== undefined) after.add(place);
      }
    }
    const migration = { app, operations: chosen.map(({ operation }) => operation), after: [...after] };
    for (const draft of chosen) places.set(draft, migration);
    migrations.push(migration);
  };

  while (waiting.size > 0) {
    const apps = [...waiting.keys()].sort();
    const whole = apps.find((app) => waiting.get(app)?.every(isReady));
    const app = whole ?? apps.find((one) => isReadyAtFirst(waiting.get(one), isReady)) ?? apps[0] ?? "";
    const queue = waiting.get(app) ?? [];
    const blocked = queue.findIndex((draft) => !isReady(draft));
    // Where nothing is ready there is a circle that no split breaks, as foreign keys of new models cannot make; it is
    // written as it is rather than never.
    const count = blocked < 0 ? queue.length : Math.max(blocked, 1);
    emit(app, queue.slice(0, count));
    if (count === queue.length) waiting.delete(app);
    else waiting.set(app, queue.slice(count));
  }
  return migrations;
}

function isReadyAtFirst(queue: readonly Draft[] | undefined, isReady: (draft: Draft) => boolean): boolean {
  const [first] = queue ?? [];
  return first !== undefined && isReady(first);
}
