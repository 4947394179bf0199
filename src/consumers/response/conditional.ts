import type { HttpScope } from "../../core/index.js";
import { preconditionFailed } from "./content-response.js";
import { entityTag } from "./entity-tag.js";
import { formatHttpDate } from "./http-date.js";
import { checkPreconditions } from "./preconditions.js";
import { empty, type HttpResponse } from "./response.js";

/** What tells the version of a resource that a client asks for, reads or writes. */
export interface ResourceVersion {
  /** Any text that changes with the resource, such as a number of its version. */
  readonly etag?: string | undefined;
  /** Whether two versions with one `etag` are only equivalent, not the same bytes. Default false. */
  readonly isWeak?: boolean;
  readonly lastModified?: Date | undefined;
  /** Whether there is such a resource yet. Default true. */
  readonly exists?: boolean;
  /** What goes with the response and with a 304 in its place, such as `cache-control` (RFC 9110 §15.4.5). */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Evaluates the client's conditions for a resource: 304 or 412 where they say so, otherwise what `make` makes, with
 * the validators where it answers a GET or HEAD.
 */
export function conditional<Made extends HttpResponse | Promise<HttpResponse>>(
  { method, headers }: HttpScope,
  version: ResourceVersion,
  make: () => Made,
): Made | HttpResponse {
  const { lastModified, exists = true, isWeak = false } = version;
  const etag = version.etag === undefined || !exists ? undefined : entityTag(version.etag, { isWeak });
  const outcome = checkPreconditions(method, headers, { etag, lastModified, exists });
  if (outcome === "failed") return preconditionFailed();
  const finish = (response: HttpResponse): HttpResponse => {
    if (etag !== undefined) response.setDefaultHeader("etag", etag);
    if (lastModified !== undefined) response.setDefaultHeader("last-modified", formatHttpDate(lastModified));
    for (const [name, value] of Object.entries(version.headers ?? {})) response.setDefaultHeader(name, value);
    return response;
  };
  if (outcome === "not modified") return finish(empty({ status: 304 }));
  const made = make();
  // What a write answers is not the version that was written.
  if (method !== "GET" && method !== "HEAD") return made;
  return (made instanceof Promise ? made.then(finish) : finish(made)) as Made;
}
