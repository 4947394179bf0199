import { empty, HttpResponse } from "./response.js";

/** Options of `later`. */
export interface LaterOptions {
  /** How long the client waits at most, in milliseconds. Default 25,000, which is less than most proxies allow. */
  readonly timeoutMs?: number;
  /** Makes the response when nothing else has answered until then, or the server stops. Default: 204. */
  readonly otherwise?: () => HttpResponse | Promise<HttpResponse>;
}

/** Stands for a response that follows later: what a handler returns that cannot answer yet. */
export class LaterResponse extends HttpResponse {
  override readonly type = "http.response.start";
  readonly timeoutMs: number;
  readonly otherwise: () => HttpResponse | Promise<HttpResponse>;

  constructor({ timeoutMs = 25_000, otherwise = () => empty() }: LaterOptions = {}) {
    super();
    this.timeoutMs = timeoutMs;
    this.otherwise = otherwise;
  }
}
