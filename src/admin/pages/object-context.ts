import { keyText } from "../../orm/index.js";
import { availableActions } from "../actions/available-actions.js";
import type { Difference } from "../edit/differences.js";
import type { ObjectEditor } from "../edit/object-editor.js";
import { snapshotText } from "../edit/snapshot.js";
import { showValue } from "../list/show-value.js";
import { valueOf } from "../model/rows.js";
import { capitalized } from "../model/words.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminUrls } from "./admin-urls.js";

/** What the page of an object goes by. */
export interface ObjectContextParts {
  readonly admin: ModelAdmin;
  readonly request: AdminRequest;
  readonly urls: AdminUrls;
  readonly editor: ObjectEditor;
  /** The object; not there for a new one. */
  readonly row?: object | undefined;
  readonly mayChange: boolean;
  readonly isWrong?: boolean;
  readonly differences?: readonly Difference[];
}

/** What the template of an object's page gets as `object`. */
export async function objectContext(parts: ObjectContextParts): Promise<object> {
  const { admin, request, urls, editor, row, mayChange, isWrong = false, differences = [] } = parts;
  const { options, facts } = admin;
  const key = row === undefined ? undefined : valueOf(row, "pk");
  const isThere = row !== undefined && key !== undefined;
  return {
    kind: capitalized(facts.verboseName),
    siteUrl: isThere ? siteUrl(admin, row) : undefined,
    historyUrl: isThere ? urls.of(admin, key, "history") : undefined,
    socketUrl: isThere ? urls.objectSocket(admin, key) : undefined,
    me: keyText(request.user.pk),
    deleteUrl: isThere && (await admin.may(request, "delete", row)) ? urls.of(admin, key, "delete") : undefined,
    maySave: mayChange,
    mayAdd: await admin.may(request, "add"),
    saveAs: options.saveAs === true && isThere,
    saveOnTop: options.saveOnTop === true,
    actions: isThere ? await availableActions(admin, request, "form") : [],
    enctype: editor.isMultipart ? "multipart/form-data" : "application/x-www-form-urlencoded",
    opened: snapshotText(editor.snapshot),
    hasErrors: isWrong,
    errors: isWrong ? editor.form.topErrors : undefined,
    differences,
    hiddenFields: editor.form.hiddenFields,
    fieldsets: await Promise.all(
      editor.layout.fieldsets.map(async ({ title, description, isCollapsed, lines }) => {
        const names = lines.flat();
        return {
          title,
          description,
          isCollapsed,
          isOpen: isWrong && names.some((name) => editor.form.field(name)?.hasErrors === true),
          lines: await Promise.all(lines.map((line) => Promise.all(line.map((name) => lineItem(parts, name))))).then(
            (all) => all.map((items) => items.filter((item) => item !== undefined)),
          ),
        };
      }),
    ),
    inlines: await Promise.all(editor.inlines.map((inline) => inline.context(urls))),
  };
}

async function lineItem({ admin, editor, row, urls }: ObjectContextParts, name: string): Promise<object | undefined> {
  const field = editor.form.field(name);
  if (field !== undefined) return field.isHidden ? undefined : { field };
  const shown = editor.layout.shown.get(name);
  if (shown === undefined) return undefined;
  const value = row === undefined ? undefined : await shown.value(row);
  const { content, isEmpty } = showValue(value, shown.field, shown.empty ?? admin.options.emptyValue ?? "–");
  const relation = shown.field?.relation;
  const isRow = relation !== undefined && typeof value === "object" && value !== null && "pk" in value;
  return { label: shown.label, content, isEmpty, url: isRow ? urls.ofRow(relation.model, value.pk) : undefined };
}

function siteUrl({ options }: ModelAdmin, row: object): string | undefined {
  const { viewOnSite } = options;
  if (viewOnSite === false) return undefined;
  if (viewOnSite !== undefined) return viewOnSite(row);
  const own = valueOf(row, "getAbsoluteUrl");
  const url: unknown = typeof own === "function" ? (own as () => unknown).call(row) : undefined;
  // Nothing but an address on the web: what a row says of itself may come from users.
  return typeof url === "string" && /^(\/|https?:\/\/)/.test(url) ? url : undefined;
}
