import { Signal } from "../../core/index.js";
import type { ModelClass } from "../model-class.js";

/** What every signal about a model says. */
interface AboutModel {
  readonly sender: ModelClass;
  /** The alias of the database. */
  readonly using: string;
}

/** What `preSave` says. */
export interface SaveMessage extends AboutModel {
  readonly instance: object;
  /** The fields that are written, where not all are. */
  readonly updateFields: readonly string[] | undefined;
}

/** What `postSave` says. */
export interface SavedMessage extends SaveMessage {
  /** Whether the row is new. */
  readonly created: boolean;
}

/** What `preDelete` and `postDelete` say. */
export interface DeleteMessage extends AboutModel {
  readonly instance: object;
}

/** What `m2mChanged` says. The sender is the model of the links. */
export interface LinksMessage extends AboutModel {
  readonly action: "preAdd" | "postAdd" | "preRemove" | "postRemove" | "preClear" | "postClear";
  /** The instance whose set is changed. */
  readonly instance: object;
  /** Whether that is the side that does not declare the relation. */
  readonly reverse: boolean;
  /** The model of the rows that are linked. */
  readonly model: ModelClass;
  /** The keys of those rows; of `preClear` and `postClear` none. */
  readonly keys: readonly unknown[];
}

/** What `bulkChanged` says: rows were written without their instances. */
export interface BulkMessage extends AboutModel {
  readonly action: "create" | "update" | "delete";
  /** The primary keys of all rows. */
  readonly keys: readonly unknown[];
}

/** Before an instance is written. What a receiver changes on it is written too. */
export const preSave: Signal<SaveMessage> = new Signal();
/** After an instance was written; before the transaction around it is committed. */
export const postSave: Signal<SavedMessage> = new Signal();
/** Before the row of an instance is deleted, also where another row takes it along. */
export const preDelete: Signal<DeleteMessage> = new Signal();
/** After the row of an instance was deleted. */
export const postDelete: Signal<DeleteMessage> = new Signal();
/** Before and after links of many to many are made and cut. */
export const m2mChanged: Signal<LinksMessage> = new Signal();
/** After `update`, and `delete` of a query: one message for all of its rows. */
export const bulkChanged: Signal<BulkMessage> = new Signal();

/** Rows were changed, and the change is committed: as a message, which consumers can handle. */
export interface RowsChanged {
  readonly sender: ModelClass;
  readonly type: "orm.saved" | "orm.deleted";
  /** The model's label: `chat.Room`. */
  readonly model: string;
  /** The primary keys of the rows. */
  readonly keys: readonly unknown[];
  /** Whether the rows are new. Always false of those deleted. */
  readonly created: boolean;
  readonly using: string;
}

/**
 * After the commit of each change. What connects here carries changes to where they are wanted: to groups of the
 * channel layer, say.
 */
export const rowsChanged: Signal<RowsChanged> = new Signal();
