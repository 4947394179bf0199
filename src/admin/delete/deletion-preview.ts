import { keyText, type ModelClass, modelOptions, type Referrer, referrersOf } from "../../orm/index.js";
import { rowsOf, valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";

/** How many rows are shown, and looked at on each step down. What is beyond is counted. */
const maxShown = 200;
const maxDepth = 10;

/** A row that goes, and those that go with it. */
export interface DoomedRow {
  readonly model: ModelClass;
  readonly key: unknown;
  readonly text: string;
  readonly children: DoomedRow[];
}

/** What a deletion takes along. */
export interface DeletionPreview {
  readonly rows: readonly DoomedRow[];
  /** How many rows of each model go, as far as they were looked at. */
  readonly counts: ReadonlyMap<ModelClass, number>;
  /** Rows that keep the deletion from happening. */
  readonly protecting: readonly DoomedRow[];
  /** How many rows of each model only lose their reference. */
  readonly cut: ReadonlyMap<ModelClass, number>;
  /** Whether there is more than was looked at. */
  readonly isPartial: boolean;
}

/** Finds out what goes when `rows` of `model` are deleted, without deleting anything. */
export async function previewDeletion(model: ModelClass, rows: readonly object[]): Promise<DeletionPreview> {
  const walk = new DeletionWalk();
  const shown = rows.slice(0, maxShown);
  const doomed = shown.map((row) => doomedRow(model, row));
  walk.count(model, rows.length);
  if (rows.length > shown.length) walk.isPartial = true;
  await walk.down(model, new Map(doomed.map((row) => [keyText(row.key), row])), 0);
  return { rows: doomed, counts: walk.counts, protecting: walk.protecting, cut: walk.cut, isPartial: walk.isPartial };
}

class DeletionWalk {
  readonly counts = new Map<ModelClass, number>();
  readonly protecting: DoomedRow[] = [];
  readonly cut = new Map<ModelClass, number>();
  isPartial = false;
  readonly #seen = new Set<string>();
  #left = maxShown;

  count(model: ModelClass, more: number): void {
    if (more > 0) this.counts.set(model, (this.counts.get(model) ?? 0) + more);
  }

  /** Follows every reference to `parents`, rows of `model` by their keys as text. */
  async down(model: ModelClass, parents: ReadonlyMap<string, DoomedRow>, depth: number): Promise<void> {
    if (parents.size === 0) return;
    for (const key of parents.keys()) this.#seen.add(`${modelOptions(model).label} ${key}`);
    for (const referrer of referrersOf(model)) await this.#follow(referrer, parents, depth);
  }

  async #follow(referrer: Referrer, parents: ReadonlyMap<string, DoomedRow>, depth: number): Promise<void> {
    const { model, field, onDelete, isLink } = referrer;
    if (onDelete === "doNothing") return;
    const referring = rowsOf(model).filterBy({ [`${field}__in`]: [...parents.values()].map(({ key }) => key) });
    if (isLink) return this.count(model, await referring.orderBy().count());
    const isProtected = onDelete === "protect" || onDelete === "restrict";
    if (!isProtected && onDelete !== "cascade" && onDelete !== "dbCascade") {
      const count = await referring.orderBy().count();
      if (count > 0) this.cut.set(model, (this.cut.get(model) ?? 0) + count);
      return;
    }
    const wanted = Math.max(1, this.#left);
    const found = await referring.orderBy("pk").slice(0, wanted + 1);
    const children = new Map<string, DoomedRow>();
    const { label } = modelOptions(model);
    const fresh = found.slice(0, wanted).filter((row) => !this.#seen.has(`${label} ${keyText(valueOf(row, "pk"))}`));
    for (const row of fresh) {
      const child = doomedRow(model, row);
      if (isProtected) this.protecting.push(child);
      else {
        children.set(keyText(child.key), child);
        parents.get(keyText(modelOptions(model).field(field).valueIn(row)))?.children.push(child);
      }
    }
    this.#left -= fresh.length;
    if (isProtected) return;
    const isMore = found.length > wanted;
    if (isMore || depth >= maxDepth) this.isPartial = true;
    this.count(model, isMore ? await referring.orderBy().count() : fresh.length);
    if (depth < maxDepth) await this.down(model, children, depth + 1);
  }
}

function doomedRow(model: ModelClass, row: object): DoomedRow {
  return { model, key: valueOf(row, "pk"), text: textOf(row), children: [] };
}
