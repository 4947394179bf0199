import type { Rows } from "../model/rows.js";
import { capitalized, inWords } from "../model/words.js";
import type { AdminRequest } from "./admin-request.js";

/** What an action gives: words to show, or nothing. */
export type ActionResult = string | void;

/** Options of `adminAction`. */
export interface ActionOptions {
  /** What the list calls it. Default: its name in words. */
  readonly label?: string;
  /** Who may: those with all of these permissions on the model (`view`, `change`, `delete`, `add`, or own ones). */
  readonly permissions?: readonly string[];
  /** Whether it is asked once more before it runs. Default false. */
  readonly confirm?: boolean;
  /** Where it is offered. Default `list`. */
  readonly where?: "list" | "form" | "both";
}

/** A task that an action leaves to the workers; those of `hotclub/workers` fit. */
export interface ActionTask {
  readonly name: string;
  enqueue(args: ActionTaskArgs): Promise<{ readonly id: string }>;
  handle(id: string): ActionTaskHandle;
}

/** A task that was begun. */
export interface ActionTaskHandle {
  /** What it reports: a share from 0 to 1, or an object with one, `{ share: 0.5, text: "half of it" }`. */
  progress(options: { readonly signal: AbortSignal }): AsyncIterable<unknown>;
  status(): Promise<{
    readonly state: string;
    readonly progress: unknown;
    readonly error: { readonly message: string } | null;
  }>;
}

/** What the task of an action is given. */
export interface ActionTaskArgs {
  /** The model's label: `chat.Room`. */
  readonly model: string;
  /** The primary keys of the rows. */
  readonly keys: readonly (string | number)[];
}

/** Something to do with the rows that are chosen in a list. */
export interface AdminAction<T extends object = object> extends ActionOptions {
  readonly name: string;
  readonly label: string;
  readonly run?: (rows: Rows<T>, request: AdminRequest) => Promise<ActionResult> | ActionResult;
  readonly task?: ActionTask;
}

/**
 * An action of a list. What takes long is a task: what it reports is shown while it runs.
 *
 * ```ts
 * adminAction("publish", async (rows) => `${await rows.update({ isPublic: true })} published`)
 * adminAction("export", exportRooms, { label: "Export as a file" }) // a task of { model, keys }
 * ```
 */
export function adminAction<T extends object>(
  name: string,
  work: NonNullable<AdminAction<T>["run"]> | ActionTask,
  options: ActionOptions = {},
): AdminAction<T> {
  const told = { label: capitalized(inWords(name)), ...options, name };
  return typeof work === "function" ? { ...told, run: work } : { ...told, task: work };
}
