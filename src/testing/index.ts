/**
 * For tests of a project: gives requests and sockets to an application without a server. Its main names are
 * `HttpCommunicator` and `WebSocketCommunicator`.
 *
 * ```ts
 * const application = createApplication({ routes });
 * const page = await new HttpCommunicator(application, "GET", "/").response();
 * const socket = new WebSocketCommunicator(application, "/ws/");
 * await socket.connect();
 * ```
 */
export { NothingReceived, UnexpectedMessage } from "./errors.js";
export { HttpCommunicator, type TestRequest, type TestResponse } from "./http-communicator.js";
export { WebSocketCommunicator, type HandshakeOutcome, type TestHandshake } from "./websocket-communicator.js";
