import type { HeaderLine, Message } from "../core/index.js";
import type { HttpBody } from "./http-messages.js";

/** To the application: a client asks for the handshake (ASGI W1). Answer with accept, close or a response. */
export interface WebSocketConnectMessage extends Message {
  readonly type: "websocket.connect";
}

/** To the application: a whole message of the client; exactly one of `text` and `bytes` is there (ASGI W5). */
export interface WebSocketReceiveMessage extends Message {
  readonly type: "websocket.receive";
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** To the application: the socket is closed, by whichever side (ASGI W6). 1005: the close frame had no code; 1006: none came. */
export interface WebSocketDisconnectMessage extends Message {
  readonly type: "websocket.disconnect";
  readonly code: number;
  readonly reason: string;
}

/** From the application: completes the handshake (ASGI W2). */
export interface WebSocketAcceptMessage extends Message {
  readonly type: "websocket.accept";
  /** One of the scope's `subprotocols`. */
  readonly subprotocol?: string;
  readonly headers?: readonly HeaderLine[];
}

/** From the application: one message for the client; exactly one of `text` and `bytes`. */
export interface WebSocketSendMessage extends Message {
  readonly type: "websocket.send";
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** From the application: ends the socket; before accept, the handshake is refused with 403 (ASGI W3, W4). */
export interface WebSocketCloseMessage extends Message {
  readonly type: "websocket.close";
  /** Default 1000. */
  readonly code?: number;
  /** At most 123 bytes of UTF-8 (RFC 6455 §5.5). */
  readonly reason?: string;
}

/** From the application, before accept: refuses the handshake with this response (ASGI W10). */
export interface WebSocketHttpResponseMessage extends Message {
  readonly type: "websocket.http.response";
  readonly status: number;
  readonly headers?: readonly HeaderLine[];
  readonly body?: HttpBody;
}

/** What an application receives in a `websocket` scope. */
export type WebSocketReceivedMessage = WebSocketConnectMessage | WebSocketReceiveMessage | WebSocketDisconnectMessage;

/** What an application may send in a `websocket` scope. */
export type WebSocketSentMessage =
  | WebSocketAcceptMessage
  | WebSocketSendMessage
  | WebSocketCloseMessage
  | WebSocketHttpResponseMessage;
