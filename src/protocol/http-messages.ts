import type { HeaderLine, Message } from "../core/index.js";

/** Text is sent as UTF-8. */
export type HttpBody = string | Uint8Array;

/** To the application: the request, or a further piece of its body (ASGI H1). */
export interface HttpRequestMessage extends Message {
  readonly type: "http.request";
  /** A piece of the body, de-chunked; the receiver may keep it. */
  readonly body: Uint8Array;
  readonly moreBody: boolean;
}

/** To the application: the client went away before the response was complete (ASGI H7). */
export interface HttpDisconnectMessage extends Message {
  readonly type: "http.disconnect";
}

/** From the application: a whole response in one message. */
export interface HttpResponseMessage extends Message {
  readonly type: "http.response";
  readonly status: number;
  readonly headers?: readonly HeaderLine[];
  readonly body?: HttpBody;
}

/** From the application: status and headers of a response whose body follows (ASGI H2). */
export interface HttpResponseStartMessage extends Message {
  readonly type: "http.response.start";
  readonly status: number;
  readonly headers?: readonly HeaderLine[];
}

/** From the application: a piece of the body; the last one has `moreBody` false or missing (ASGI H3). */
export interface HttpResponseBodyMessage extends Message {
  readonly type: "http.response.body";
  readonly body?: HttpBody;
  readonly moreBody?: boolean;
}

/** What an application receives in an `http` scope. */
export type HttpReceiveMessage = HttpRequestMessage | HttpDisconnectMessage;

/** What an application may send in an `http` scope. */
export type HttpSendMessage = HttpResponseMessage | HttpResponseStartMessage | HttpResponseBodyMessage;
