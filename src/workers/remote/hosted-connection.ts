import { randomUUID } from "node:crypto";

import {
  type ConsumerChannel,
  type ConsumerHost,
  type Forwarding,
  hostExtension,
  type MovableRun,
  type Origin,
} from "../../consumers/index.js";
import { type Application, getLogger, type Handler, type Message, toError } from "../../core/index.js";
import { type ChannelLayer, channelLayers, packPlain } from "../../layers/index.js";
import type { HttpRequestMessage } from "../../protocol/index.js";
import { RemoteConsumerFailed, RemoteLayerUnknown } from "../errors.js";
import { isLast } from "./is-last.js";
import type { ChannelCall, FrontFrame, PackedScope, Resume, WorkerFrame } from "./frames.js";
import { Gate } from "./gate.js";
import { LayerStates } from "./layer-states.js";
import { unpackScope } from "./packed-scope.js";
import { RemoteChannel } from "./remote-channel.js";

/** The link to the process that holds the connection. */
export interface Front {
  post(frame: WorkerFrame): void | Promise<void>;
}

interface Call {
  readonly resolve: (value: string) => void;
  readonly reject: (error: Error) => void;
}

/** One request or socket in the worker that runs its consumer. */
export class HostedConnection implements ConsumerHost {
  readonly #front: Front;
  readonly #number: number;
  readonly #onEnd: () => void;
  readonly #numbers = new WeakMap<Message, number>();
  readonly #calls = new Map<number, Call>();
  /** Those of the layers of whose loss and return the consumer wants to hear. */
  readonly #layerStates = new Map<string, LayerStates>();
  readonly #ready = new Gate();
  readonly #over = new Gate();
  readonly type: PackedScope["type"];
  #handler: Handler | undefined;
  #run: MovableRun | undefined;
  #lastCall = 0;
  /** The number of the message that is being handled. */
  #current = 0;
  /** The last that came from the client. */
  #lastFromClient = 0;
  /** The last of which it was told that it is handled. */
  #lastHandled = 0;
  #isBehind = false;
  #isReleasing = false;
  #isOver = false;
  #savedState = "";
  #key = "";

  constructor(front: Front, number: number, type: PackedScope["type"], onEnd: () => void) {
    this.#front = front;
    this.#number = number;
    this.type = type;
    this.#onEnd = onEnd;
  }

  /** Makes the consumer; with `resume` it goes on where another was. */
  open(application: Application, scope: PackedScope, resume: Resume | undefined): void {
    this.#key = scope.key;
    try {
      this.#handler = application(unpackScope(scope, { [hostExtension]: this }), (message) => this.#send(message));
      if (resume === undefined) return;
      for (const alias of resume.watched ?? []) this.#watch(alias, channelLayers.get(alias));
      const state = resume.state as object | undefined;
      this.#savedState = keyOf(state);
      this.#settle(this.#handler.handle({ type: "websocket.resume", ...(state !== undefined && { state }) }));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  receive(frame: FrontFrame): void {
    switch (frame.k) {
      case "message":
        if (frame.layer === undefined) this.#takeFromClient(frame.m, frame.n);
        else this.#takeFromLayer(frame.m, frame.n, frame.layer);
        return;
      case "reply":
        return this.#replied(frame.id, frame.value, frame.error);
      case "behind":
        this.#isBehind = true;
        return;
      case "ready":
        this.#isBehind = false;
        return this.#ready.open();
      case "drop":
        void this.#letGo();
        return;
      case "open":
    }
  }

  /** The worker stops: when the message that is being handled is done, another worker goes on. */
  async release(): Promise<void> {
    if (this.#isOver) return;
    this.#isReleasing = true;
    await this.#run?.release();
    if (this.#isOver) return;
    this.#end();
    void this.#front.post({ k: "released", c: this.#number });
  }

  /** Resolves when nothing more is to be done for this connection. */
  whenOver(): Promise<void> {
    return this.#isOver ? Promise.resolve() : this.#over.wait();
  }

  /** The process with the connection is gone: the consumer hears of it as of a client that is gone. */
  async lost(): Promise<void> {
    if (this.#isOver) return;
    const message: Message =
      this.type === "http" ? { type: "http.disconnect" } : { type: "websocket.disconnect", code: 1006, reason: "" };
    try {
      await this.#handler?.handle(message);
    } catch (thrown) {
      getLogger().error({ err: toError(thrown) }, "a consumer failed while it handled a disconnect");
    }
    this.#end();
  }

  attached(run: MovableRun): void {
    this.#run = run;
  }

  began(message: Message, origin: Origin): boolean {
    const isState = origin === "layer" && isLayerState(message);
    this.#current = this.#numbers.get(message) ?? (isState ? 0 : this.#lastFromClient);
    if (!isState) return true;
    return [...this.#layerStates.values()].every((states) => states.isNews(message));
  }

  handled(message: Message, state: unknown): void {
    const n = this.#numbers.get(message);
    this.#current = 0;
    const key = keyOf(state);
    const isNew = key !== this.#savedState;
    this.#savedState = key;
    if (n === undefined && !isNew) return;
    this.#lastHandled = n ?? this.#lastHandled;
    this.#post({ k: "handled", c: this.#number, n: n ?? 0, ...(isNew && { state }) });
  }

  get messageKey(): string {
    // What this process alone has to tell, no other tells again.
    return `${this.#key}.${this.#current === 0 ? randomUUID().slice(0, 18) : this.#current}`;
  }

  channelOn(layer: ChannelLayer, forwarding: Forwarding): ConsumerChannel {
    const alias = channelLayers.aliasOf(layer);
    if (alias === undefined) throw new RemoteLayerUnknown({ alias: "" });
    return new RemoteChannel(layer, alias, forwarding, async (call) => {
      const value = await this.#ask(call);
      if (forwarding.tellsState) this.#watch(alias, layer);
      return value;
    });
  }

  #watch(alias: string, layer: ChannelLayer | undefined): void {
    if (layer === undefined || this.#isOver || this.#layerStates.has(alias)) return;
    const states = new LayerStates(
      layer,
      (message) => this.#run?.post(message, "layer"),
      () => this.#ask({ action: "open", layer: alias, group: "" }),
    );
    this.#layerStates.set(alias, states);
  }

  #takeFromClient(message: Message, n: number): void {
    // Whoever takes over is given it: nothing must say that it was handled here.
    if (this.#isReleasing) return;
    this.#numbers.set(message, n);
    this.#lastFromClient = n;
    let handled: void | Promise<void> = undefined;
    try {
      handled = this.#handler?.handle(message);
    } catch (thrown) {
      return this.#fail(thrown);
    }
    if (message.type.endsWith(".disconnect")) {
      void Promise.resolve(handled)
        .catch((thrown: unknown) => getLogger().error({ err: toError(thrown) }, "a consumer failed at its end"))
        .then(() => this.#endOfClient());
      return;
    }
    if (message.type === "http.request") this.#tellTaken(handled, (message as HttpRequestMessage).body.byteLength);
    else if (handled === undefined && this.#lastHandled !== n && this.#run?.whenIdle() === undefined) {
      // Middleware, or a consumer that is over, may have kept it to itself.
      this.#post({ k: "handled", c: this.#number, n });
    }
    this.#settle(handled);
  }

  #takeFromLayer(message: Message, n: number, layer: string): void {
    this.#numbers.set(message, n);
    if (isLayerState(message)) this.#layerStates.get(layer)?.takeFromThere(message);
    this.#run?.post(message, "layer");
  }

  #tellTaken(handled: void | Promise<void>, bytes: number): void {
    const tell = (): void => this.#post({ k: "taken", c: this.#number, bytes });
    if (handled === undefined) tell();
    else void handled.then(tell, tell);
  }

  #settle(handled: void | Promise<void>): void {
    handled?.catch((thrown: unknown) => this.#fail(thrown));
  }

  #send(message: Message): void | Promise<void> {
    if (this.#isOver) return;
    // What the consumer does after its answer is waited for.
    if (isLast(message)) queueMicrotask(() => void this.#endWhenIdle());
    // A response is an object of a class; what travels are its fields.
    const plain = { ...message, type: message.type };
    const full = this.#front.post({ k: "send", c: this.#number, n: this.#current, m: plain });
    return this.#isBehind ? this.#ready.wait() : full;
  }

  #post(frame: WorkerFrame): void {
    if (!this.#isOver) void this.#front.post(frame);
  }

  #ask(call: ChannelCall): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return reject(new RemoteConsumerFailed({ reason: "another process goes on with it" }));
      this.#lastCall += 1;
      this.#calls.set(this.#lastCall, { resolve, reject });
      this.#post({ k: "call", c: this.#number, id: this.#lastCall, call });
    });
  }

  #replied(id: number, value: string | undefined, error: string | undefined): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error === undefined) call?.resolve(value ?? "");
    else call?.reject(new RemoteConsumerFailed({ reason: error }));
  }

  #fail(thrown: unknown): void {
    const error = toError(thrown);
    getLogger().error({ err: error }, "a remote consumer failed");
    this.#post({ k: "failed", c: this.#number, reason: error.message });
    void this.#letGo();
  }

  async #endWhenIdle(): Promise<void> {
    await this.#run?.whenIdle();
    this.#endOfClient();
  }

  #endOfClient(): void {
    this.#post({ k: "ended", c: this.#number });
    this.#end();
  }

  async #letGo(): Promise<void> {
    if (this.#isOver) return;
    this.#end();
    await this.#run?.release();
  }

  #end(): void {
    this.#isOver = true;
    this.#ready.open();
    for (const { reject } of this.#calls.values()) {
      reject(new RemoteConsumerFailed({ reason: "another process goes on with it" }));
    }
    this.#calls.clear();
    for (const states of this.#layerStates.values()) states.end();
    this.#over.open();
    this.#onEnd();
  }
}

function isLayerState({ type }: Message): boolean {
  return type === "layer.disconnected" || type === "layer.restored";
}

/** Two states with the same key are the same. */
function keyOf(state: unknown): string {
  return state === undefined ? "" : packPlain(state).toString("latin1");
}
