import type { HotclubError, HttpScope } from "../core/index.js";

/** A response that goes on after its head, or is still to come when its handler has returned. */
export interface LongResponse {
  /** Events for an `EventSource`, another body that is sent piece by piece, or a response that follows later. */
  readonly kind: "events" | "stream" | "later";
  /**
   * Ends it before its time, past everything that waits for its consumer, which is told as if the client had gone. A
   * stream of events ends, another body is cut, and what was to follow later is answered with `error`.
   */
  end(error: HotclubError): void;
}

/** Called when a response of a request turns out to be long; gives what is called when it is over. */
export type LongResponseWatcher = (response: LongResponse) => () => void;

const watchers = new WeakMap<HttpScope, LongResponseWatcher>();

/** For middleware that may have to end responses which others would end by themselves only: one for each request. */
export function watchLongResponse(scope: HttpScope, watcher: LongResponseWatcher): void {
  watchers.set(scope, watcher);
}

/** Tells whoever watches over a request that its response is a long one. Gives what is to be called when it is over. */
export function longResponseBegan(scope: HttpScope, response: LongResponse): (() => void) | undefined {
  return watchers.get(scope)?.(response);
}
