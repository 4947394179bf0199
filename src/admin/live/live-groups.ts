import { group } from "../../layers/index.js";
import { keyText, type ModelClass, modelOptions, rowsChanged, type RowsChanged } from "../../orm/index.js";
import { getLogger, toError } from "../../core/index.js";

/** What the admins of a model, or of one of its rows, are told. */
export interface LiveMessages {
  "admin.changed": { readonly isDeleted: boolean };
}

/** Who has an object open. */
// Not an interface: what presence carries needs an index signature, which only types have by themselves.
export type Onlooker = { readonly name: string };

const listGroups = group("admin/list/:model").carries<LiveMessages>();
const objectGroups = group("admin/object/:model/:key").carries<LiveMessages, Onlooker>();

/** Told when rows of `model` change. */
export function listGroup(model: ModelClass) {
  return listGroups({ model: modelOptions(model).label });
}

/** Told when a row changes; those who have it open are present in it. */
export function objectGroup(model: ModelClass, key: unknown) {
  return objectGroups({ model: modelOptions(model).label, key: keyText(key) });
}

/** More rows at once are told of by their list alone. */
const maxObjects = 100;

/** Tells the admins of `models` of each change, once it is committed, wherever it is made. Gives what ends that. */
export function tellAdmins(models: readonly ModelClass[]): () => void {
  const stops = models.map((sender) =>
    rowsChanged.connect((change) => tell(sender, change), { sender, id: `admin of ${modelOptions(sender).label}` }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

async function tell(model: ModelClass, { type, keys }: RowsChanged): Promise<void> {
  const message = { isDeleted: type === "orm.deleted" };
  try {
    await listGroup(model).send("admin.changed", message);
    const objects = keys.length > maxObjects ? [] : keys;
    await Promise.all(objects.map((key) => objectGroup(model, key).send("admin.changed", message)));
  } catch (thrown) {
    // The change itself is made; lists that missed it show it when they are opened again.
    getLogger().warn({ err: toError(thrown), model: modelOptions(model).label }, "the admin was not told of a change");
  }
}
