import { getLogger, toError } from "../core/index.js";
import { group, type GroupRef } from "../layers/index.js";
import { announces, keyText, type ModelClass, modelLabel, type RowsChanged, rowsChanged } from "../orm/index.js";
import { ModelNotAnnounced } from "./errors.js";

/** A primary key as it travels: numbers and text as they are, a list for a composite key, all else as text. */
export type TravellingKey = string | number | readonly (string | number)[];

/** Rows were saved, and that is committed. */
export interface RowsSaved {
  /** The model's label: `chat.Room`. */
  readonly model: string;
  /** The primary keys of the rows; in the group of a row, its own. */
  readonly keys: readonly TravellingKey[];
  /** Whether the rows are new. */
  readonly created: boolean;
  /** The alias of the database. */
  readonly using: string;
}

/** Rows were deleted, and that is committed. */
export type RowsDeleted = Omit<RowsSaved, "created">;

/** What the groups of `changesOf` carry. */
export interface ModelChanges {
  readonly "orm.saved": RowsSaved;
  readonly "orm.deleted": RowsDeleted;
}

/** The most keys in one message, so that it is under the layer's limit whatever the keys are. */
const maxKeys = 1000;
/** How many groups of rows are sent to at once. */
const maxAtOnce = 50;

const modelGroup = group("orm/:model").carries<ModelChanges>();
const rowGroup = group("orm/:model/:key").carries<ModelChanges>();

/**
 * The group that is told of the changes of a model, or of one of its rows: for any consumer to join. The model says
 * `announce: true` in its `meta`; throws `ModelNotAnnounced` where it does not.
 *
 * ```ts
 * await this.join(changesOf(Room));          // orm.saved and orm.deleted of all rooms
 * await this.join(changesOf(Room, room.pk)); // of this one
 * ```
 */
export function changesOf(model: ModelClass, key?: unknown): GroupRef<ModelChanges> {
  const wanted = announces(model);
  if (wanted === false || (wanted === "model" && key !== undefined)) {
    throw new ModelNotAnnounced({ model: key === undefined ? modelLabel(model) : `a row of ${modelLabel(model)}` });
  }
  return groupFor(modelLabel(model), key);
}

function groupFor(model: string, key: unknown): GroupRef<ModelChanges> {
  return key === undefined ? modelGroup({ model }) : rowGroup({ model, key: keyText(key) });
}

/**
 * Tells the groups of `models` that announce their changes, from now on, after each commit. Gives what ends that. What
 * the channel layer cannot carry is logged: the change itself is made.
 */
export function announceChanges(models: readonly ModelClass[]): () => Promise<void> {
  const stops = [...new Set(models)]
    .filter((model) => announces(model) !== false)
    .map((sender) => rowsChanged.connect((change) => tell(change), { sender, id: `changes of ${modelLabel(sender)}` }));
  return async () => {
    for (const stop of stops) stop();
  };
}

async function tell(change: RowsChanged): Promise<void> {
  try {
    for (const keys of inParts(change.keys, maxKeys)) await send(groupFor(change.model, undefined), change, keys);
    if (announces(change.sender) !== true) return;
    for (const keys of inParts(change.keys, maxAtOnce)) {
      await Promise.all(keys.map((key) => send(groupFor(change.model, key), change, [key])));
    }
  } catch (thrown) {
    const { model, type } = change;
    getLogger().error({ err: toError(thrown), model, change: type }, "a change could not be told to its groups");
  }
}

async function send(to: GroupRef<ModelChanges>, change: RowsChanged, given: readonly unknown[]): Promise<void> {
  const { model, using, created } = change;
  const keys = given.map(travelling);
  if (change.type === "orm.deleted") await to.send("orm.deleted", { model, keys, using });
  else await to.send("orm.saved", { model, keys, created, using });
}

function* inParts<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** A key as messages can carry it. */
function travelling(key: unknown): TravellingKey {
  return Array.isArray(key) ? key.map(plain) : plain(key);
}

function plain(key: unknown): string | number {
  return typeof key === "number" || typeof key === "string" ? key : keyText(key);
}
