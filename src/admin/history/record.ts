import { keyText } from "../../orm/index.js";
import { textOf } from "../model/text-of.js";
import { valueOf } from "../model/rows.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import { type FieldChange, LogEntry } from "./log-entry.js";

const maxText = 200;

/** Writes down what the user of `request` did with `rows`. Call it in the transaction that does it. */
export async function record(
  admin: ModelAdmin,
  request: AdminRequest,
  action: "add" | "change" | "delete",
  rows: readonly object[],
  changes: readonly FieldChange[] = [],
): Promise<void> {
  const { user } = request;
  await LogEntry.bulkCreate(
    rows.map((row) => ({
      action,
      userKey: cut(keyText(user.pk)),
      userName: cut(user.displayName),
      model: admin.facts.label,
      objectKey: cut(keyText(valueOf(row, "pk"))),
      objectText: cut(textOf(row)),
      changes,
    })),
  );
}

/** What was done with an object, the newest first. */
export function historyOf(admin: ModelAdmin, key: unknown) {
  return LogEntry.filter({ model: admin.facts.label, objectKey: cut(keyText(key)) });
}

function cut(text: string): string {
  return Array.from(text).slice(0, maxText).join("");
}

/** The icon of what was done. */
export function iconOf(action: string): string {
  return action === "add" ? "plus" : action === "delete" ? "trash" : "edit";
}
