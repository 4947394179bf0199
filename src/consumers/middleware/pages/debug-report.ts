import { inspect } from "node:util";

import { type HttpScope, type MatchedRoute, ValidationFailed } from "../../../core/index.js";
import { parseCookies } from "../../../protocol/index.js";
import { NoRoute } from "../../routing/no-route.js";
import { hidden, isSecretName, Secrets } from "./secrets.js";
import { type SourceExcerpt, sourceExcerpt } from "./source-excerpt.js";
import { type StackFrame, stackFrames } from "./stack-frames.js";

/** A name and what stands under it. */
export type Entry = readonly [name: string, value: string];

/** A frame with the lines around it, where it is of the project's own code. */
export interface ReportedFrame extends StackFrame {
  readonly source: SourceExcerpt | undefined;
}

/** One error of a chain of causes. */
export interface ReportedError {
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
  readonly issues: readonly Entry[];
  readonly frames: readonly ReportedFrame[];
}

/** What a developer is told of an error. Its texts are still to be cleaned by `secrets`. */
export interface DebugReport {
  readonly status: number;
  readonly requestId: string;
  readonly method: string;
  /** As it stood in the request line, with its query. */
  readonly target: string;
  /** The error, then its causes. */
  readonly errors: readonly [ReportedError, ...ReportedError[]];
  readonly route: MatchedRoute | undefined;
  readonly params: readonly Entry[];
  readonly query: readonly Entry[];
  readonly headers: readonly Entry[];
  readonly cookies: readonly Entry[];
  readonly settings: readonly Entry[];
  /** The routes that there are, where none fits. */
  readonly routes: readonly { readonly kind: string; readonly path: string; readonly name: string }[];
  readonly secrets: Secrets;
}

const maxErrors = 5;
const maxFrames = 30;
const maxExcerpts = 8;
const maxRoutes = 500;

/** Collects what is known of an error. `settings` are the project's, `secretValues` what else must not be seen. */
export async function debugReport(
  scope: HttpScope,
  error: Error,
  status: number,
  settings: object,
  secretValues: readonly string[],
): Promise<DebugReport> {
  const secrets = new Secrets();
  secrets.add(secretValues);
  secrets.addNamed(settings);
  secrets.addNamed(process.env);
  const query = [...new URLSearchParams(scope.queryString)];
  const headers = [...scope.headers];
  const cookies = [...parseCookies(scope.headers.getAll("cookie").join("; ") || undefined)];
  for (const [name, value] of [...query, ...headers]) if (isSecretName(name)) secrets.add(value);
  for (const [, value] of cookies) secrets.add(value);
  secrets.add(credentialsOf(scope.headers.get("authorization")));
  const errors: [ReportedError, ...ReportedError[]] = [await reported(error)];
  for (const cause of causesOf(error)) errors.push(await reported(cause));
  return {
    status,
    requestId: scope.requestId,
    method: scope.method,
    target: scope.queryString === "" ? scope.rawPath : `${scope.rawPath}?${scope.queryString}`,
    errors,
    route: scope.route,
    params: entries(scope.params),
    query: query.map(withoutSecret),
    headers: headers.map(withoutSecret),
    cookies: cookies.map(([name]) => [name, hidden] as const),
    settings: entries(settings),
    routes: error instanceof NoRoute ? error.routes.slice(0, maxRoutes).map(shownRoute) : [],
    secrets,
  };
}

/** What an `Authorization` header proves somebody by, and the password of the scheme that hides it badly (RFC 7617). */
function credentialsOf(header = ""): readonly string[] {
  const [scheme = "", ...given] = header.split(" ");
  if (scheme.toLowerCase() !== "basic") return given;
  const [, ...password] = Buffer.from(given.join(""), "base64").toString().split(":");
  return [...given, password.join(":")];
}

function causesOf(error: Error): Iterable<Error> {
  const chain = new Set([error]);
  let { cause } = error;
  while (cause instanceof Error && !chain.has(cause) && chain.size < maxErrors) {
    chain.add(cause);
    ({ cause } = cause);
  }
  chain.delete(error);
  return chain;
}

async function reported(error: Error): Promise<ReportedError> {
  const frames: ReportedFrame[] = [];
  let excerpts = 0;
  for (const frame of stackFrames(error).slice(0, maxFrames)) {
    const isShown = frame.isOwn && excerpts++ < maxExcerpts;
    frames.push({ ...frame, source: isShown ? await sourceExcerpt(frame.file, frame.line) : undefined });
  }
  const { code } = error as { readonly code?: unknown };
  const issues = error instanceof ValidationFailed ? error.params.issues : [];
  return {
    name: error.name,
    code: typeof code === "string" ? code : undefined,
    message: error.message,
    issues: issues.map(({ path, message }) => [path.join("."), message] as const),
    frames,
  };
}

function entries(values: object): Entry[] {
  return Object.entries(values).map(([name, value]) => withoutSecret([name, shown(value)]));
}

function withoutSecret([name, value]: Entry): Entry {
  return [name, isSecretName(name) && value !== "" ? hidden : value];
}

/** A value in a line or a few. What stands under secret names within it is hidden. */
function shown(value: unknown): string {
  return typeof value === "string" ? value : inspect(hideWithin(value, 0), { depth: 3, maxArrayLength: 50 });
}

function hideWithin(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth > 3) return value;
  if (Array.isArray(value)) return value.map((inner) => hideWithin(inner, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecretName(name) ? hidden : hideWithin(inner, depth + 1)]),
  );
}

function shownRoute({ kind, host, pattern, name = "" }: NoRoute["routes"][number]): DebugReport["routes"][number] {
  return { kind, path: `${host?.pattern ?? ""}${pattern}`, name };
}
