import { LayerUnavailable } from "../../errors.js";

/** What a cluster answers to a command that it did not do. */
export type Redirection =
  | { readonly kind: "moved" | "ask"; readonly host: string; readonly port: number }
  | { readonly kind: "again" }
  | { readonly kind: "down" };

/** The redirection that made a command fail; `undefined` when it failed for another reason. */
export function redirectionOf(error: unknown): Redirection | undefined {
  const cause: unknown = error instanceof LayerUnavailable ? error.cause : error;
  if (!(cause instanceof Error)) return undefined;
  const { message } = cause;
  const [, verb, host = "", port] = /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(message) ?? [];
  if (verb !== undefined) return { kind: verb === "MOVED" ? "moved" : "ask", host, port: Number(port) };
  if (message.startsWith("TRYAGAIN")) return { kind: "again" };
  if (message.startsWith("CLUSTERDOWN")) return { kind: "down" };
  return undefined;
}
