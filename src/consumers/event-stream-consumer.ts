import type { RouteParams } from "../core/index.js";
import type { GroupAddress, GroupJoined, GroupMissed, GroupPosition, PresenceChanged } from "../layers/index.js";
import { NotAcceptable } from "./errors.js";
import { HttpConsumer } from "./http-consumer.js";
import type { Answer } from "./method-table.js";
import { presenceFrame } from "./presence-frame.js";
import { HttpResponse } from "./response/response.js";
import type { ResponseStream } from "./response/response-stream.js";
import { encodeEvent, keepAliveComment, type ServerSentEvent } from "./response/server-sent-event.js";
import { formatPositions, parsePositions } from "./resume-positions.js";

const mediaType = "text/event-stream";

/** In characters. Headers of requests may be 16 KiB together. */
const maxIdLength = 4000;

const headers = {
  "content-type": mediaType,
  "cache-control": "no-store",
  // nginx would keep events until it has some kilobytes of them.
  "x-accel-buffering": "no",
};

/**
 * Sends server-sent events to one client (`EventSource` in browsers), from its GET to its end, as a `WebSocketConsumer`
 * sends messages:
 *
 * ```ts
 * class RoomEvents extends EventStreamConsumer<{ slug: string }> {
 *   override async connect() {
 *     await this.join(room({ slug: this.params.slug }));
 *   }
 *   "chat.message"(message: Payload<typeof room, "chat.message">) {
 *     return this.sendEvent({ event: "message", data: message });
 *   }
 * }
 * ```
 *
 * `connect` decides: an error thrown there is the response, and clients do not come back. Then the stream is open, and
 * messages of groups are handled, one at a time. `disconnect` is called once at the end, also when the server stops.
 *
 * Of groups that are joined with `history`, events carry the place as their `id`: a client that comes back gets what it
 * missed, or is told in an event `missed` that it cannot.
 */
export abstract class EventStreamConsumer<Params = RouteParams> extends HttpConsumer<Params> {
  /** How long nothing may be sent before a comment keeps the connection open, in milliseconds. */
  static readonly keepAliveMs: number = 15_000;
  /** How long clients wait before they come back when a stream has ended, in milliseconds. They are told at its begin. */
  static readonly retryMs: number = 3000;

  #stream: ResponseStream | undefined;
  /** `close` was called before there was a stream. */
  #isRefused = false;
  #isQuiet = false;
  #unwatch: (() => void) | undefined;
  /** How far the client has come in the histories of groups. */
  #positions: Map<string, GroupPosition> | undefined;

  /** Decides whether there is a stream. Join groups here. This one lets everybody in. */
  connect(): void | Promise<void> {}

  /** The stream is over: the client has gone, `close` was called, or the server stops. */
  disconnect(): void | Promise<void> {}

  /** The `id` of the last event that the client got before it lost an earlier stream, or `undefined`. */
  get lastEventId(): string | undefined {
    return this.scope.headers.get("last-event-id");
  }

  /** Whether events can be sent: from `connect` on, until the stream is over. */
  get isOpen(): boolean {
    return this.#stream?.isOpen === true;
  }

  /**
   * Sends an event; the first one begins the stream. A promise means that the client is behind: await (or return) it to
   * go at its pace. Dropped when the stream is over. Throws `EventInvalid`.
   *
   * An event without `id` that is sent for a message of a group with history gets the place of that message.
   */
  sendEvent(event: ServerSentEvent): void | Promise<void> {
    const text = encodeEvent(event.id === undefined ? this.#placed(event) : event);
    this.#isQuiet = false;
    return (this.#stream ?? this.#open()).write(text);
  }

  /**
   * Ends the stream; the client comes back after `retryMs`. In `connect`, before anything was sent: answers 204, which
   * tells the client not to come back.
   */
  close({ retryMs }: { readonly retryMs?: number } = {}): void {
    const stream = this.#stream;
    if (stream === undefined) this.#isRefused = true;
    if (stream === undefined || !stream.isOpen) return;
    if (retryMs !== undefined) void stream.write(encodeEvent({ retry: retryMs }));
    void stream.end();
    this.announceEnd();
    this.mailbox.drop();
    this.mailbox.post({ type: "http.disconnect" }, "protocol");
  }

  /** Gives the client its place in a group's history; in an event `missed` where it does not get all that it missed. */
  override "layer.joined"({ group, epoch, offset, recovered }: GroupJoined): void | Promise<void> {
    const hasMissed = !recovered && this.cameFrom({ name: group }) !== undefined;
    this.#advance(group, { epoch, offset });
    return this.sendEvent({ ...(hasMissed && { event: "missed", data: { group } }), id: this.#place() });
  }

  /** Tells the client in an event `missed` that messages are lost; override it where it does not want to know. */
  override "layer.missed"({ group, epoch, offset }: GroupMissed): void | Promise<void> {
    this.#advance(group, { epoch, offset });
    return this.sendEvent({ event: "missed", data: { group }, id: this.#place() });
  }

  /** Tells the client in an event `presence` who is there; override it to show less, or nothing. */
  override "presence.changed"(message: PresenceChanged): void | Promise<void> {
    return this.sendEvent({ event: "presence", data: presenceFrame(message) });
  }

  protected override cameFrom({ name }: Pick<GroupAddress, "name">): GroupPosition | undefined {
    return parsePositions(this.lastEventId ?? "").get(name);
  }

  #advance(group: string, position: GroupPosition): void {
    this.#positions ??= new Map();
    this.#positions.set(group, position);
  }

  #placed(event: ServerSentEvent): ServerSentEvent {
    const { place } = this;
    const position = place === undefined ? undefined : this.#positions?.get(place[0]);
    if (place === undefined || position === undefined) return event;
    this.#advance(place[0], { epoch: position.epoch, offset: place[1] });
    return { ...event, id: this.#place() };
  }

  /** A longer one is left out, for clients have to send it in a header. */
  #place(): string | undefined {
    const text = formatPositions(this.#positions ?? new Map());
    return text.length <= maxIdLength ? text : undefined;
  }

  get(): Answer {
    if (!this.request.accepts(mediaType)) throw new NotAcceptable({ offered: [mediaType] });
    const connected = this.connect();
    return connected instanceof Promise ? connected.then(() => this.#opened()) : this.#opened();
  }

  head(): Answer {
    return new HttpResponse("", { headers });
  }

  override async "http.disconnect"(): Promise<void> {
    // It is there once the stream has begun, and until this was done.
    const unwatch = this.#unwatch;
    this.#unwatch = undefined;
    unwatch?.();
    await super["http.disconnect"]();
    if (unwatch !== undefined) await this.disconnect();
  }

  #opened(): HttpResponse {
    if (this.#isRefused) return this.empty();
    return this.#stream ?? this.#open();
  }

  #open(): ResponseStream {
    const { keepAliveMs, retryMs } = this.constructor as typeof EventStreamConsumer;
    const stream = this.openStream({ headers, mayCompress: false });
    this.#stream = stream;
    void stream.write(encodeEvent({ retry: retryMs }));
    // It was refused, or is over, and this is a late word.
    if (!stream.isOpen) return stream;
    // Every second look finds a stream that was quiet all the time.
    this.every(keepAliveMs / 2, () => this.#keepAlive(stream));
    // Not all clients come back at once.
    const comeBackMs = Math.round(retryMs * (0.2 + Math.random()));
    this.#unwatch = this.services.whenStopping(() => this.close({ retryMs: comeBackMs }));
    return stream;
  }

  #keepAlive(stream: ResponseStream): void | Promise<void> {
    const isDue = this.#isQuiet;
    this.#isQuiet = !isDue;
    if (isDue) return stream.write(keepAliveComment);
  }
}
