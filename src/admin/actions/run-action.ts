import { PermissionDenied } from "../../core/index.js";
import { atomic, keyText, ProtectedError } from "../../orm/index.js";
import { deletionContext } from "../delete/deletion-context.js";
import { previewDeletion } from "../delete/deletion-preview.js";
import { record } from "../history/record.js";
import { type Rows, valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { capitalized, counted } from "../model/words.js";
import type { AdminUrls } from "../pages/admin-urls.js";
import type { AdminAction } from "../registered/action.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import { deleteSelected } from "./available-actions.js";

/** An action, and what it is to be done with. */
export interface ActionRun {
  readonly admin: ModelAdmin;
  readonly request: AdminRequest;
  readonly action: AdminAction;
  readonly rows: Rows;
  readonly site: AdminRegistry;
  readonly urls: AdminUrls;
  readonly isConfirmed: boolean;
}

/** What came of it: a page that asks once more, or words for the next page. */
export type ActionOutcome =
  | { readonly kind: "ask"; readonly template: string; readonly context: { readonly title: string } }
  | {
      readonly kind: "done";
      readonly level: "success" | "warning" | "error";
      readonly text: string;
      readonly url?: string;
    };

/** How many rows are named before an action is confirmed. */
const maxNamed = 20;
/** How many rows a task is given. */
const maxTaskKeys = 50_000;
/** How many rows are deleted at once: they are looked at one by one. */
const maxDeleted = 10_000;

/** Does an action with rows, or asks first. */
export async function runAction(run: ActionRun): Promise<ActionOutcome> {
  const { admin, request, action, rows, isConfirmed } = run;
  if (action.name === deleteSelected) return deleteRows(run);
  if (action.confirm === true && !isConfirmed) return askFirst(run);
  if (action.task !== undefined) return handOver(run);
  const words = await action.run?.(rows, request);
  return {
    kind: "done",
    level: "success",
    text: words ?? `${action.label}: done with ${admin.facts.verboseNamePlural}.`,
  };
}

async function askFirst({ admin, action, rows }: ActionRun): Promise<ActionOutcome> {
  const count = await rows.count();
  const named = await rows.slice(0, maxNamed);
  const { verboseName, verboseNamePlural } = admin.facts;
  const context = {
    title: action.label,
    question: `${action.label}: ${counted(count, verboseName, verboseNamePlural)}?`,
    label: action.label,
    texts: named.map(textOf),
    more: count > named.length ? `and ${count - named.length} more` : undefined,
  };
  return { kind: "ask", template: "admin/confirm_action.liquid", context };
}

async function handOver({ admin, action, rows, urls }: ActionRun): Promise<ActionOutcome> {
  const { task } = action;
  if (task === undefined) throw new Error("An action without a task cannot be handed over.");
  const found = await rows.slice(0, maxTaskKeys + 1);
  if (found.length > maxTaskKeys) {
    return {
      kind: "done",
      level: "error",
      text: `${action.label} takes ${maxTaskKeys.toLocaleString("en")} rows at most.`,
    };
  }
  const keys = found.map((row) => travelling(valueOf(row, "pk")));
  const { id } = await task.enqueue({ model: admin.facts.label, keys });
  const url = `${urls.list(admin)}_progress/?task=${encodeURIComponent(id)}&action=${encodeURIComponent(action.name)}`;
  return { kind: "done", level: "success", text: `${action.label} was begun.`, url };
}

function travelling(key: unknown): string | number {
  return typeof key === "number" || typeof key === "string" ? key : keyText(key);
}

async function deleteRows({ admin, request, rows, site, urls, isConfirmed }: ActionRun): Promise<ActionOutcome> {
  const { verboseName, verboseNamePlural } = admin.facts;
  const found = await rows.slice(0, maxDeleted + 1);
  if (found.length > maxDeleted) {
    const most = maxDeleted.toLocaleString("en");
    return { kind: "done", level: "error", text: `At most ${most} ${verboseNamePlural} are deleted at once here.` };
  }
  const what = counted(found.length, verboseName, verboseNamePlural);
  const preview = await previewDeletion(admin.model, found);
  const deletion = await deletionContext(preview, site, urls, request);
  for (const row of found) {
    if (!(await admin.may(request, "delete", row))) {
      throw new PermissionDenied({ detail: `You may not delete the ${verboseName} ${textOf(row)}.` });
    }
  }
  if (!isConfirmed || !deletion.mayDelete) {
    const context = { title: `Delete ${what}`, what, deletion, goesAlong: preview.counts.size > 1 };
    return { kind: "ask", template: "admin/delete_confirmation.liquid", context };
  }
  try {
    await atomic(async () => {
      await record(admin, request, "delete", found);
      for (const row of found) await deleteRow(admin, request, row);
    });
  } catch (error) {
    if (!(error instanceof ProtectedError)) throw error;
    return { kind: "done", level: "error", text: error.message };
  }
  return { kind: "done", level: "success", text: `${capitalized(what)} deleted.` };
}

/** Deletes one row as the admin's options say. */
export async function deleteRow(admin: ModelAdmin, request: AdminRequest, row: object): Promise<void> {
  const own = admin.options.deleteRow;
  if (own !== undefined) return own(row, request);
  await (row as { delete(): Promise<unknown> }).delete();
}
