import type { Handler, HttpScope, Send, WebSocketScope } from "../../core/index.js";
import type { FlatRoute } from "../routing/flatten.js";

/** Runs the consumers of routes with `remote` in other processes. */
export interface RemotePools {
  /** Hands a connection over, as an application would take it. */
  open(route: FlatRoute & { readonly remote: string }, scope: HttpScope | WebSocketScope, send: Send): Handler;
}
