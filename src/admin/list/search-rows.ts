import { toError } from "../../core/index.js";
import { Q, type Condition } from "../../orm/index.js";
import { AdminInvalid } from "../errors.js";
import { fieldAt } from "../model/model-facts.js";
import { type Rows, rowsOf } from "../model/rows.js";
import type { ModelAdmin } from "../registered/model-admin.js";

/** How many texts are searched where nobody says which. */
const maxFields = 3;

/** What the list of `admin` searches, each with its lookup. */
export function searchLookups({ model, facts, options }: ModelAdmin): readonly string[] {
  const given =
    options.searchFields ??
    facts.options.fields
      .filter(({ type, choices }) => choices === undefined && /^(char|email|slug)$/.test(type))
      .slice(0, maxFields)
      .map(({ name }) => name);
  return given.map((path) => {
    if (path.startsWith("^")) return `${path.slice(1)}__istartswith`;
    if (path.startsWith("=")) return `${path.slice(1)}__iexact`;
    return fieldAt(model, path) === undefined && path.includes("__") ? path : `${path}__icontains`;
  });
}

/** `swing "two words"` as what has to be found, each. */
export function searchTerms(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]+)"|'([^']+)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? "")
    .filter((term) => term !== "")
    .slice(0, 20);
}

/** The rows in which each term of `text` stands in one of the searched texts. */
export function searchRows(admin: ModelAdmin, rows: Rows, text: string): Rows {
  const lookups = searchLookups(admin);
  if (text === "" || lookups.length === 0) return rows;
  const leadsToMany = lookups.some((lookup) => isToMany(admin, lookup));
  let found = leadsToMany ? rowsOf(admin.model) : rows;
  for (const term of searchTerms(text)) {
    const [first, ...others] = lookups.map((lookup): Condition => Q({ [lookup]: term }));
    if (first !== undefined) found = found.filter(others.reduce((all, one) => all.or(one), first));
  }
  // By keys, so that a row with two matches is there once, and can still be counted and ordered.
  return leadsToMany ? rows.filterBy({ pk__in: found.orderBy().values(admin.facts.keyName) }) : found;
}

/** Throws `AdminInvalid` where `searchFields` name what cannot be searched. */
export function checkSearch(admin: ModelAdmin): void {
  try {
    searchRows(admin, rowsOf(admin.model), "x");
  } catch (thrown) {
    const cause = toError(thrown);
    const problem = `has searchFields that cannot be searched: ${cause.message}`;
    throw new AdminInvalid({ model: admin.facts.label, problem }, { cause });
  }
}

function isToMany({ facts }: ModelAdmin, lookup: string): boolean {
  const [first = ""] = lookup.split("__");
  return !facts.options.has(first) || facts.options.field(first).relation?.kind === "manyToMany";
}
