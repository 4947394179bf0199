import type { ActionFrame, ErrorFrame, JoinedFrame, MissedFrame, PresenceFrame, ReplyFrame } from "../protocol/wire.js";
import { type Backoff, waitMs } from "./backoff.js";
import type { ActionData, ActionName, ActionReply, ClientMessages } from "./consumer-shape.js";
import { ActionError } from "./errors.js";
import { type Joined, Positions } from "./positions.js";
import { type Presence, Roster } from "./presence.js";
import { Requests } from "./requests.js";
import { isOpen, type SocketConstructor, type SocketLike } from "./socket-like.js";

/**
 * `connecting`, `open`, `waiting` to connect again, or `closed` for good: by `close`, by the signal, or because the
 * server said not to come back.
 */
export type State = "connecting" | "open" | "waiting" | "closed";

/** Options of `connect`. */
export interface ConnectOptions {
  /** Subprotocols to offer. */
  readonly protocols?: string[];
  /** Closes the socket for good. */
  readonly signal?: AbortSignal;
  /** How long to wait before each new try. */
  readonly backoff?: Partial<Backoff>;
  /** How many actions may wait for the line. Default 100. */
  readonly queueLimit?: number;
  /** How long `ask` waits for a reply, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** After how much silence the line is tested, in milliseconds; no answer in the same time means that it is lost. Default 20,000. */
  readonly pingAfterMs?: number;
  /** Default: the global `WebSocket`. Node 20 has none: give it that of `ws`. */
  readonly WebSocket?: SocketConstructor;
}

/** Options of `ask`. */
export interface AskOptions {
  readonly timeoutMs?: number;
  /** Gives up waiting; the server may do it all the same. */
  readonly signal?: AbortSignal;
  /** Sends it again when the line is lost before the reply: for actions that do no harm when done twice. Default false. */
  readonly resend?: boolean;
}

type Listener = (message: never) => void;

/** What `connect` gives. */
export interface Client<Consumer> {
  readonly state: State;
  /** Calls `listener` for every message of a type. Returns what ends that. */
  on<Type extends keyof ClientMessages<Consumer> & string>(
    type: Type,
    listener: (message: ClientMessages<Consumer>[Type]) => void,
  ): () => void;
  /** Who is present in the groups of this socket. */
  readonly presence: Presence;
  /**
   * Calls `listener` when a group with history was joined, first and whenever the line was back, and when messages of it
   * were lost while the line stood. Everything that was missed comes by itself, unless `recovered` is false. Returns what
   * ends that.
   */
  onJoined(listener: (joined: Joined) => void | Promise<void>): () => void;
  /** Calls `listener` at every change of the state. Returns what ends that. */
  onState(listener: (state: State, code?: number, reason?: string) => void): () => void;
  /** Asks for an action and forgets it. Waits for the line where it must. Throws `ActionError`. */
  tell<Name extends ActionName<Consumer>>(action: Name, data: ActionData<Consumer, Name>): void;
  /** Asks for an action and gives its reply. Rejects with `ActionError`, or with the reason of the signal. */
  ask<Name extends ActionName<Consumer>>(
    action: Name,
    data: ActionData<Consumer, Name>,
    options?: AskOptions,
  ): Promise<ActionReply<Consumer, Name>>;
  /** Closes for good. */
  close(code?: number, reason?: string): void;
}

const defaultBackoff: Backoff = { minMs: 250, maxMs: 10_000 };

/**
 * Opens a socket to a `WebSocketConsumer` and keeps it open: when the line is lost it comes back by itself, later and
 * later and never all clients at once. Give it the consumer's type, and actions and messages are typed.
 *
 * `url` may be relative to the page.
 */
export function connect<Consumer = unknown>(url: string | URL, options: ConnectOptions = {}): Client<Consumer> {
  return new ReconnectingClient<Consumer>(url, options);
}

class ReconnectingClient<Consumer> implements Client<Consumer> {
  state: State = "connecting";
  readonly presence = new Roster();
  readonly #positions = new Positions();
  readonly #joinListeners = new Set<(joined: Joined) => void | Promise<void>>();
  readonly #url: string;
  readonly #options: ConnectOptions;
  readonly #requests: Requests;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #stateListeners = new Set<(state: State, code?: number, reason?: string) => void>();
  #socket: SocketLike | undefined;
  #failures = 0;
  #lastId = 0;
  #heardAt = 0;
  /** When the line was last asked whether it is there; 0 when it has not been. */
  #askedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pings: ReturnType<typeof setInterval> | undefined;

  constructor(url: string | URL, options: ConnectOptions) {
    const { location } = globalThis as { location?: { href: string } };
    this.#url = new URL(url, location?.href).href.replace(/^http/, "ws");
    this.#options = options;
    this.#requests = new Requests(options.queueLimit ?? 100);
    options.signal?.addEventListener("abort", () => this.close());
    if (options.signal?.aborted === true) this.close();
    else this.#open();
  }

  on(type: string, listener: Listener): () => void {
    const all = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, all.add(listener));
    return () => void all.delete(listener);
  }

  onJoined(listener: (joined: Joined) => void | Promise<void>): () => void {
    this.#joinListeners.add(listener);
    return () => void this.#joinListeners.delete(listener);
  }

  onState(listener: (state: State, code?: number, reason?: string) => void): () => void {
    this.#stateListeners.add(listener);
    return () => void this.#stateListeners.delete(listener);
  }

  tell(action: string, data: unknown): void {
    this.#request({ action, data }, { isAsked: false, isResent: false, settle: () => {} });
  }

  ask(action: string, data: unknown, { timeoutMs, signal, resend = false }: AskOptions = {}): Promise<never> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const id = this.#request(
        { action, data },
        {
          isAsked: true,
          isResent: resend,
          settle: (outcome) => {
            end();
            if (outcome instanceof ActionError) reject(outcome);
            else resolve(outcome.data as never);
          },
        },
      );
      const abort = (): void => {
        end();
        this.#requests.forget(id);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener("abort", abort);
      const late = new ActionError("CLIENT_TIMEOUT", `No reply to ${action} came in time.`);
      const timer = setTimeout(() => this.#requests.settle(id, late), timeoutMs ?? this.#options.timeoutMs ?? 10_000);
    });
  }

  close(code = 1000, reason = ""): void {
    if (this.state === "closed") return;
    this.#end(code, reason);
    this.#socket?.close(code, reason);
  }

  #request(frame: ActionFrame, request: Omit<Parameters<Requests["add"]>[1], "frame">): number {
    if (this.state === "closed") throw new ActionError("CLIENT_CLOSED", "The socket is closed for good.");
    const id = (this.#lastId += 1);
    this.#requests.add(id, { ...request, frame: JSON.stringify(request.isAsked ? { ...frame, id } : frame) });
    if (isOpen(this.#socket)) this.#flush(this.#socket);
    return id;
  }

  #open(): void {
    const Socket = this.#options.WebSocket ?? (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
    if (Socket === undefined) throw new Error("There is no WebSocket here; give connect one: { WebSocket }.");
    const socket = new Socket(this.#positions.addTo(this.#url), this.#options.protocols);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#failures = 0;
      this.#heardAt = Date.now();
      this.#askedAt = 0;
      this.#pings = setInterval(() => this.#test(socket), this.#options.pingAfterMs ?? 20_000);
      this.#change("open");
      this.#flush(socket);
    });
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code, reason }) => this.#lost(socket, code, reason));
    // The close that follows says it all.
    socket.addEventListener("error", () => {});
  }

  #flush(socket: SocketLike): void {
    this.#requests.flush((frame) => socket.send(frame));
  }

  /** A line that is silent is asked whether it is there; one that does not answer is given up. */
  #test(socket: SocketLike): void {
    const now = Date.now();
    const limitMs = this.#options.pingAfterMs ?? 20_000;
    if (this.#askedAt > this.#heardAt) {
      // A page that stood still itself has not read yet what came meanwhile.
      setTimeout(() => {
        if (this.#askedAt <= this.#heardAt) return;
        // `close` would wait for an answer too.
        this.#lost(socket, 1006, "");
        socket.close();
      });
    } else if (now - this.#heardAt >= limitMs / 2 && isOpen(socket)) {
      this.#askedAt = now;
      socket.send(JSON.stringify({ ping: now }));
    }
  }

  #receive(data: unknown): void {
    this.#heardAt = Date.now();
    if (typeof data !== "string") return;
    const message = parse(data);
    if (message === undefined) return;
    if (isReply(message)) this.#requests.settle(Number(message.id), { data: message.data });
    else if (isError(message)) {
      const { code, message: text, issues } = message.error;
      this.#requests.settle(Number(message.id ?? 0), new ActionError(code, text, issues));
    } else if (isJoin(message)) {
      const joined = this.#positions.begin(message);
      for (const listener of this.#joinListeners) void listener(joined);
    } else {
      this.#positions.note((message as { readonly "@"?: unknown })["@"]);
      if (isPresence(message)) this.presence.take(message);
    }
    for (const listener of this.#listeners.get(message.type) ?? []) listener(message as never);
  }

  #lost(socket: SocketLike, code: number, reason: string): void {
    if (socket !== this.#socket || this.state === "closed") return;
    this.#socket = undefined;
    clearInterval(this.#pings);
    if (isFinal(code)) return this.#end(code, reason);
    this.#requests.lost();
    const delayMs = waitMs({ ...defaultBackoff, ...this.#options.backoff }, this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.#change("connecting");
      this.#open();
    }, delayMs);
    this.#change("waiting", code, reason);
  }

  #end(code: number, reason: string): void {
    clearInterval(this.#pings);
    clearTimeout(this.#timer);
    this.#change("closed", code, reason);
    this.#requests.close(new ActionError("CLIENT_CLOSED", reason || "The socket is closed for good."));
  }

  #change(state: State, code?: number, reason?: string): void {
    this.state = state;
    for (const listener of this.#stateListeners) listener(state, code, reason);
  }
}

/**
 * Whether a close code says not to come back: 3500 to 3999 and 4500 to 4999 do, and so do those after which the same
 * would happen again (RFC 6455 §7.4.1: 1002, 1003, 1007 to 1010).
 */
function isFinal(code: number): boolean {
  if (code >= 3000) return code % 1000 >= 500;
  return code === 1000 || code === 1002 || code === 1003 || (code >= 1007 && code <= 1010);
}

/** A message of the protocol; a consumer may send other texts, which are not for this client. */
function parse(text: string): { readonly type: string } | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null ? (message as { type: string }) : undefined;
  } catch {
    return undefined;
  }
}

function isReply(message: { readonly type: string }): message is ReplyFrame {
  return message.type === ("reply" satisfies ReplyFrame["type"]);
}

function isError(message: { readonly type: string }): message is ErrorFrame {
  return message.type === ("error" satisfies ErrorFrame["type"]);
}

function isJoin(message: { readonly type: string }): message is JoinedFrame | MissedFrame {
  return (
    message.type === ("joined" satisfies JoinedFrame["type"]) ||
    message.type === ("missed" satisfies MissedFrame["type"])
  );
}

function isPresence(message: { readonly type: string }): message is PresenceFrame {
  return message.type === ("presence" satisfies PresenceFrame["type"]);
}
