import type { Form } from "../../consumers/index.js";
import type { SubmittedData } from "../../forms/index.js";
import { allOrNothing } from "../edit/all-or-nothing.js";
import { type EditOutcome, ObjectEditor } from "../edit/object-editor.js";
import { record } from "../history/record.js";
import { valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { capitalized } from "../model/words.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import type { AdminUrls } from "./admin-urls.js";

/** Where the user goes after a row was saved, and what she is told. */
export async function afterSaving(
  urls: AdminUrls,
  admin: ModelAdmin,
  request: AdminRequest,
  form: Form,
  row: object,
  what: "added" | "changed",
): Promise<{ readonly url: string; readonly text: string }> {
  const text = `${capitalized(admin.facts.verboseName)} “${textOf(row)}” was ${what}.`;
  if (form.has("_another") && (await admin.may(request, "add"))) return { url: urls.add(admin), text };
  if (form.has("_continue") || form.has("_new")) return { url: urls.of(admin, valueOf(row, "pk"), "change"), text };
  return { url: (await admin.may(request, "view")) ? urls.list(admin) : urls.index, text };
}

/** Adds a row of what was sent, unless something is wrong with it. */
export async function addRow(
  page: { readonly site: AdminRegistry; readonly urls: AdminUrls },
  admin: ModelAdmin,
  request: AdminRequest,
  data: SubmittedData,
): Promise<{ readonly outcome: EditOutcome; readonly editor: ObjectEditor }> {
  const { site, urls } = page;
  const add = async (): Promise<{ readonly outcome: EditOutcome; readonly editor: ObjectEditor }> => {
    const editor = await ObjectEditor.open({ admin, request, site, urls, mayChange: true, data });
    const outcome = await editor.save();
    if (outcome.kind === "saved") await record(admin, request, "add", [outcome.row]);
    return { outcome, editor };
  };
  return allOrNothing(add, ({ outcome }) => outcome.kind === "saved");
}
