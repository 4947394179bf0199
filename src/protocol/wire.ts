/**
 * What goes over a socket of a `WebSocketConsumer` that declares actions: JSON text, one object in each message.
 * Group messages and whatever else a consumer sends have a `type` with a dot, or one of their own that is not among
 * those below.
 */

/** From the client: do this. With an `id`, the client wants to know the outcome. */
export interface ActionFrame {
  readonly action: string;
  readonly data?: unknown;
  readonly id?: string | number;
}

/** From the client: are you there? Answered with a `PongFrame` at once, past everything that waits. */
export interface PingFrame {
  readonly ping: number;
}

/** From the server: what an action with an `id` returned. */
export interface ReplyFrame {
  readonly type: "reply";
  readonly id: string | number;
  readonly data: unknown;
}

/** From the server: an action was refused, or failed. */
export interface ErrorFrame {
  readonly type: "error";
  readonly action: string;
  /** There when the action had one. */
  readonly id?: string | number;
  readonly error: {
    /** As in the reference of errors; `INTERNAL` for what is not the client's fault. */
    readonly code: string;
    readonly message: string;
    /** Where the data did not fit its schema. */
    readonly issues?: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  };
}

/** From the server: the answer to a `PingFrame`, with its number. */
export interface PongFrame {
  readonly type: "pong";
  readonly ping: number;
}
