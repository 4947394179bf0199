import { type ModelField, Q } from "../../orm/index.js";
import { type Rows, rowsOf } from "../model/rows.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { AdminRegistry } from "../site/admin-registry.js";

/**
 * Gives the rows that a relation may lead to, where the admin of their model says that not all are there for this user:
 * those that are, and those that rows among `held`, which are edited, lead to already.
 */
export function rowsToChoose(
  { site, request, held }: { readonly site: AdminRegistry; readonly request: AdminRequest; readonly held?: Rows },
  { name, relation }: ModelField,
): (() => PromiseLike<readonly object[]>) | undefined {
  const target = relation === undefined ? undefined : site.adminOf(relation.model);
  if (relation === undefined || target?.options.rows === undefined) return undefined;
  const { model, limitChoicesTo } = relation;
  return () => {
    const theirs = target.rows(request);
    const own = limitChoicesTo === undefined ? theirs : theirs.filterBy(limitChoicesTo);
    if (held === undefined) return own;
    const led = held.orderBy().filterBy({ [`${name}__isnull`]: false });
    const isOwn = Q({ pk__in: own.orderBy().values("pk") });
    return rowsOf(model).filter(isOwn.or(Q({ pk__in: led.values(`${name}__pk`) })));
  };
}
