import { plainOf } from "../runtime/compare.js";
import { textOf } from "../safe-string.js";
import type { TagArguments, TemplateTag } from "../tag.js";

/** The query of the page's own address, with `changes`: nothing takes a name away, a list gives it several times. */
export function changedQuery(lookup: TagArguments["lookup"], changes: Readonly<Record<string, unknown>>): string {
  const query = currentQuery(lookup("request"));
  for (const [name, value] of Object.entries(changes)) {
    const plain = plainOf(value);
    query.delete(name);
    for (const one of Array.isArray(plain) ? (plain as unknown[]) : [plain]) {
      if (one !== undefined && one !== null) query.append(name, textOf(one));
    }
  }
  return `?${query.toString()}`;
}

function currentQuery(request: unknown): URLSearchParams {
  const { queryString, query } = (request ?? {}) as { queryString?: unknown; query?: unknown };
  if (typeof queryString === "string") return new URLSearchParams(queryString);
  return new URLSearchParams((query ?? {}) as Record<string, string>);
}

/** `{% querystring page=2 sort=nil %}`: a link to this page with another query. */
export const queryStringTag: TemplateTag = {
  name: "querystring",
  render({ positional, named, lookup }) {
    const changes: Record<string, unknown> = {};
    for (const given of positional) if (typeof given === "object" && given !== null) Object.assign(changes, given);
    return changedQuery(lookup, { ...changes, ...named });
  },
};
