import type { Message } from "../../core/index.js";
import type { GroupAddOptions } from "../../layers/index.js";

/** What a connection is, as plain data. */
export interface PackedScope {
  /** Begins the names of the connection's messages. */
  readonly key: string;
  readonly type: "http" | "websocket";
  readonly scheme: string;
  readonly method: string;
  readonly path: string;
  readonly rawPath: string;
  readonly queryString: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly client: { readonly host: string; readonly port: number };
  readonly httpVersion: string;
  readonly requestId: string;
  readonly subprotocols: readonly string[];
}

/** What a consumer asks of the channel that the other process keeps for it. */
export interface ChannelCall {
  readonly action: "open" | "join" | "leave";
  /** The layer's alias. */
  readonly layer: string;
  /** Empty for `open`. */
  readonly group: string;
  /** How to join. */
  readonly options?: GroupAddOptions;
  /** What the consumer only passes on, if there is any. */
  readonly forwarding?: PackedForwarding;
}

/** What a consumer does with the messages of its groups, as plain data. */
export interface PackedForwarding {
  readonly types: readonly string[];
  readonly hasOthers: boolean;
  readonly tellsState: boolean;
}

/** What a consumer goes on with. */
export interface Resume {
  readonly state?: unknown;
  /** The aliases of the layers of whose loss and return it wants to hear. */
  readonly watched?: readonly string[];
}

/** From the process that holds a connection to the worker that runs its consumer. `c` is the connection. */
export type FrontFrame =
  /** Run the consumer of this scope; with `resume` it ran elsewhere until now. */
  | { readonly k: "open"; readonly c: number; readonly scope: PackedScope; readonly resume?: Resume }
  /** A message for the consumer, the `n`th. `layer`: it came over this layer, to the consumer's channel. */
  | { readonly k: "message"; readonly c: number; readonly n: number; readonly m: Message; readonly layer?: string }
  /** The outcome of the `id`th call. */
  | { readonly k: "reply"; readonly c: number; readonly id: number; readonly value?: string; readonly error?: string }
  /** The client does not take what it is sent; it does again. */
  | { readonly k: "behind" | "ready"; readonly c: number }
  /** Forget this connection. */
  | { readonly k: "drop"; readonly c: number };

/** From the worker back. */
export type WorkerFrame =
  /** The consumer sends a message, while it handles the `n`th; 0: while it handles none. */
  | { readonly k: "send"; readonly c: number; readonly n: number; readonly m: Message }
  /** The `n`th message is handled. `state` is there where it changed. */
  | { readonly k: "handled"; readonly c: number; readonly n: number; readonly state?: unknown }
  /** So many bytes of the request's body were taken. */
  | { readonly k: "taken"; readonly c: number; readonly bytes: number }
  | { readonly k: "call"; readonly c: number; readonly id: number; readonly call: ChannelCall }
  /** The worker stops: another is to go on with this connection. */
  | { readonly k: "released"; readonly c: number }
  /** The consumer has ended. */
  | { readonly k: "ended"; readonly c: number }
  /** The consumer could not be made, or its application failed. */
  | { readonly k: "failed"; readonly c: number; readonly reason: string };

/** Between two processes: a batch of a link. */
export interface LinkMessage extends Message {
  readonly type: "remote.link";
  readonly link: string;
  /** The sender's channel. */
  readonly from: string;
  /** The number of the first of `packets`. */
  readonly first: number;
  /** How many of the receiver's packets have come, without a gap. */
  readonly ack: number;
  /** A packet was missed: send again from `ack`. */
  readonly gap?: true;
  /** Packed frames; those after a `true` in `more` are the rest of one that is large. */
  readonly packets: readonly Uint8Array[];
  readonly more?: readonly boolean[];
}

/** To the other end of a link that this process does not know (any more). */
export interface ResetMessage extends Message {
  readonly type: "remote.reset";
  readonly link: string;
}

/** To the group of the processes that hold connections: a worker is there. */
export interface AnnounceMessage extends Message {
  readonly type: "remote.announce";
  readonly worker: string;
  readonly pools: readonly string[];
  /** How many consumers it runs. */
  readonly load: number;
  readonly isLeaving: boolean;
}

/** To the group of the workers: a process with connections is there, and wants to know who they are. */
export interface HelloMessage extends Message {
  readonly type: "remote.hello";
  readonly front: string;
}

/** The groups in which both find each other. */
export const frontsGroup = "hotclub.remote.fronts";
export const workersGroup = "hotclub.remote.workers";
