import type { AdminRequest } from "../registered/admin-request.js";
import type { AdminUrls } from "../pages/admin-urls.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";

/** Where the rows that a relation leads to are made and changed, in a window beside the form. */
export interface RelationLinks {
  readonly what: string;
  readonly addUrl: string | undefined;
  /** With `__key__` where the key of the chosen row goes. */
  readonly changeUrl: string | undefined;
}

/** For which of the fields called `names` the user may do so. */
export async function relationLinks(
  { admin, site, urls }: { readonly admin: ModelAdmin; readonly site: AdminRegistry; readonly urls: AdminUrls },
  request: AdminRequest,
  names: readonly string[],
): Promise<ReadonlyMap<string, RelationLinks>> {
  const links = new Map<string, RelationLinks>();
  for (const name of names) {
    const { relation } = admin.facts.options.field(name);
    const target = relation === undefined ? undefined : site.adminOf(relation.model);
    // What a window says of its row is its primary key.
    if (relation === undefined || target === undefined || relation.toField !== target.facts.keyName) continue;
    const addUrl = (await target.may(request, "add")) ? `${urls.add(target)}?popup=1` : undefined;
    const mayChange = await target.may(request, "change");
    const changeUrl = mayChange ? `${urls.list(target)}__key__/change/?popup=1` : undefined;
    links.set(name, { what: target.facts.verboseName, addUrl, changeUrl });
  }
  return links;
}
