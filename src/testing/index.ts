/**
 * For tests of a project: gives requests and sockets to an application without a server, or starts a real one. Its main
 * names are `TestClient`, `WebSocketCommunicator` and `LiveServer`.
 *
 * ```ts
 * const site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
 * const client = site.client();
 * expect((await client.get("/")).status).toBe(200);
 * const socket = client.websocket("/ws/rooms/lobby/");
 * await socket.connect();
 * await site.close();
 * ```
 */
export { ApplicationCommunicator } from "./application-communicator.js";
export type { ClientRequest, FormValue } from "./client-request.js";
export { CookieJar } from "./cookie-jar.js";
export { NothingReceived, SignInUnknown, TooManyRedirects, UnexpectedMessage } from "./errors.js";
export { HttpCommunicator, type TestRequest, type TestResponse } from "./http-communicator.js";
export { LiveServer } from "./live-server.js";
export { type ClientResponse, TestClient, type TestClientOptions } from "./test-client.js";
export type { TestScopeOptions } from "./test-scope.js";
export { TestSite } from "./test-site.js";
export { WebSocketCommunicator, type HandshakeOutcome, type TestHandshake } from "./websocket-communicator.js";
export { withSettings } from "./with-settings.js";
