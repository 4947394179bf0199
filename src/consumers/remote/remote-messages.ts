import type { Message } from "../../core/index.js";

/** To a consumer, as its first message: its socket is open already, and another process ran its consumer until now. */
export interface WebSocketResumeMessage extends Message {
  readonly type: "websocket.resume";
  /** What the consumer kept in `state`; missing where it kept nothing. */
  readonly state?: object;
}
