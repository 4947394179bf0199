import { modelOptions } from "../../orm/index.js";
import { html, type SafeString } from "../../templates/index.js";
import { counted } from "../model/words.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import type { AdminUrls } from "../pages/admin-urls.js";
import type { DeletionPreview, DoomedRow } from "./deletion-preview.js";

/** What the page before a deletion shows. */
export interface DeletionContext {
  readonly tree: SafeString;
  readonly sums: readonly string[];
  readonly protecting: readonly { readonly text: string; readonly url: string | undefined }[];
  /** The names of models whose rows the user may not delete. */
  readonly moreProtecting: string | undefined;
  readonly forbidden: readonly string[];
  readonly cut: readonly string[];
  readonly isPartial: boolean;
  readonly mayDelete: boolean;
}

/** How many rows are named that keep a deletion from happening. */
const maxNamed = 10;

/** Puts `preview` into words, and looks at whether the user may delete all of it. */
export async function deletionContext(
  preview: DeletionPreview,
  site: AdminRegistry,
  urls: AdminUrls,
  request: AdminRequest,
): Promise<DeletionContext> {
  const forbidden: string[] = [];
  for (const model of preview.counts.keys()) {
    const admin = site.adminOf(model);
    if (admin !== undefined && !(await admin.may(request, "delete"))) forbidden.push(admin.facts.verboseNamePlural);
  }
  const inWords = (counts: DeletionPreview["counts"]): string[] =>
    [...counts].map(([model, count]) => {
      const { verboseName, verboseNamePlural } = modelOptions(model);
      return counted(count, verboseName, verboseNamePlural);
    });
  const protecting = preview.protecting.map((row) => ({ text: named(row), url: urls.ofRow(row.model, row.key) }));
  return {
    tree: treeOf(preview.rows, urls),
    sums: inWords(preview.counts),
    protecting: protecting.slice(0, maxNamed),
    moreProtecting: protecting.length > maxNamed ? `and ${protecting.length - maxNamed} more` : undefined,
    forbidden,
    cut: inWords(preview.cut),
    isPartial: preview.isPartial,
    mayDelete: protecting.length === 0 && forbidden.length === 0,
  };
}

function treeOf(rows: readonly DoomedRow[], urls: AdminUrls): SafeString {
  if (rows.length === 0) return html``;
  return html`<ul>
    ${rows.map((row) => html`<li>${linked(row, urls)}${treeOf(row.children, urls)}</li>`)}
  </ul>`;
}

function linked(row: DoomedRow, urls: AdminUrls): SafeString {
  const url = urls.ofRow(row.model, row.key);
  const { verboseName } = modelOptions(row.model);
  return html`<span class="muted">${verboseName}</span> ${url === undefined ? row.text : html`<a href="${url}">${row.text}</a>`}`;
}

function named(row: DoomedRow): string {
  return `${modelOptions(row.model).verboseName} ${row.text}`;
}
