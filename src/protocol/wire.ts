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

/**
 * The query parameter with which a client that comes back says where it was: `group:epoch:offset`, several with commas
 * between them. The offset is that of the last message it got: each message of a group with history has a key `@`, a
 * list of the group's name and its offset.
 */
export const resumeParameter = "hotclub-resume";

/** From the server: the client is a member of a group with history; its messages from the next offset on follow. */
export interface JoinedFrame {
  readonly type: "joined";
  readonly group: string;
  readonly epoch: string;
  readonly offset: number;
  /** Whether those are exactly what the client missed since it was here last. */
  readonly recovered: boolean;
}

/** From the server: messages of a group are lost for good; those from the next offset on follow. */
export interface MissedFrame {
  readonly type: "missed";
  readonly group: string;
  readonly epoch: string;
  readonly offset: number;
}

/** From the server: who is present in a group. */
export interface PresenceFrame {
  readonly type: "presence";
  readonly group: string;
  /** New, or with a new `meta`. */
  readonly joined: readonly { readonly device: string; readonly person: string; readonly meta: unknown }[];
  /** Devices that are gone. */
  readonly left: readonly string[];
  /** Whether `joined` is everybody. */
  readonly isWhole: boolean;
}
