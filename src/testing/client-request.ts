import type { HttpBody } from "../protocol/index.js";

/** A value of a form: `File` and `Blob` are uploads. */
export type FormValue = string | number | boolean | Blob;

/** What a request of a test's client carries. At most one of `json`, `form` and `body`. */
export interface ClientRequest {
  /** Added to the query of the path. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** A form as a browser sends it: urlencoded, or multipart where a value is a `File` or a `Blob`. */
  readonly form?: Readonly<Record<string, FormValue | readonly FormValue[]>>;
  /** Anything else; `type` says what it is. */
  readonly body?: HttpBody;
  readonly type?: string;
  /** Goes where redirects lead. Default: what the client does. */
  readonly follow?: boolean;
  /** How long the answer may take, in milliseconds. Default `HOTCLUB_TEST_TIMEOUT_MS`, or 4,000. */
  readonly timeoutMs?: number;
}

/** The body of a request, and what it is. */
export async function encodeBody(
  request: ClientRequest,
): Promise<{ readonly body: HttpBody; readonly type: string | undefined }> {
  const { json, form, body = "", type } = request;
  if (json !== undefined) return { body: JSON.stringify(json), type: type ?? "application/json" };
  if (form === undefined) return { body, type };
  const fields = Object.entries(form).flatMap(([name, given]) =>
    (Array.isArray(given) ? (given as readonly FormValue[]) : [given as FormValue]).map(
      (value) => [name, value] as const,
    ),
  );
  const pairs = fields.flatMap(([name, value]): [string, string][] =>
    value instanceof Blob ? [] : [[name, String(value)]],
  );
  if (pairs.length === fields.length) {
    return { body: new URLSearchParams(pairs).toString(), type: "application/x-www-form-urlencoded" };
  }
  const data = new FormData();
  for (const [name, value] of fields) {
    if (value instanceof Blob) data.append(name, value);
    else data.append(name, String(value));
  }
  const encoded = new Response(data);
  return {
    body: new Uint8Array(await encoded.arrayBuffer()),
    type: encoded.headers.get("content-type") ?? "multipart/form-data",
  };
}
