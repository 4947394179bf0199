import { connect } from "node:net";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { HotclubProcess } from "../project/hotclub-process.js";

let directory: string;
let server: HotclubProcess;
let url: string;
let cookie: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "chat-"));
  const project = fileURLToPath(new URL("../../examples/chat/project.ts", import.meta.url));
  const environment = { MAX_BODY_BYTES: "10000", MAX_WEBSOCKET_MESSAGE_BYTES: "20000" };
  server = new HotclubProcess(["serve", "--project", project, "--port", "0"], { directory, environment });
  url = await server.url();
  const page = await fetch(`${url}/rooms/lobby/`);
  cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
});

afterAll(async () => {
  // Whatever it was given: it is there, and ends as it should.
  expect((await fetch(url)).status).toBe(200);
  expect(await server.stop()).toBe(0);
  await rm(directory, { recursive: true, force: true });
});

/** Opens a socket of the chat; gives the status of a refusal. */
async function open(headers: Record<string, string> = { cookie }, room = "lobby"): Promise<WebSocket | number> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws/rooms/${room}/`, { headers });
  const messages: ChatMessage[] = [];
  come.set(socket, messages);
  socket.on("message", (data: Buffer) => messages.push(JSON.parse(data.toString()) as ChatMessage));
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve(socket));
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("error", reject);
  });
}

async function openSocket(): Promise<WebSocket> {
  const socket = await open();
  if (typeof socket === "number") throw new Error(`the handshake was answered with ${socket}`);
  return socket;
}

/** The close code that a message gets. */
async function closeCodeFor(data: string | Uint8Array): Promise<number> {
  const socket = await openSocket();
  socket.send(data);
  const [code] = (await once(socket, "close")) as [number];
  return code;
}

type ChatMessage = Record<string, unknown>;

/** What has come and was not asked for yet, of each socket: several may come at once. */
const come = new WeakMap<WebSocket, ChatMessage[]>();

/** The first message of a type that comes, or has come since the last. */
async function next(socket: WebSocket, type: string): Promise<ChatMessage> {
  const messages = come.get(socket) ?? [];
  for (;;) {
    for (let message = messages.shift(); message !== undefined; message = messages.shift())
      if (message["type"] === type) return message;
    await once(socket, "message");
  }
}

describe("the chat answers", () => {
  it("wrong JSON with close 1007, and binary data with 1003", async () => {
    expect(await closeCodeFor("{")).toBe(1007);
    expect(await closeCodeFor('"hello"')).toBe(1007);
    expect(await closeCodeFor(new Uint8Array([1, 2, 3]))).toBe(1003);
  });

  it("text that is not UTF-8 by closing the socket", async () => {
    const socket = await openSocket();
    // A text frame whose payload is 0xff, masked with zeros (RFC 6455 §5.2).
    const { _socket: raw } = socket as unknown as { _socket: { write(bytes: Buffer): void } };
    raw.write(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]));
    const [code] = (await once(socket, "close")) as [number];
    expect([1006, 1007]).toContain(code);
  });

  it("an unknown action, and a message that is too long, with an error; the socket stays", async () => {
    const socket = await openSocket();
    socket.send(JSON.stringify({ action: "dance", data: {} }));
    expect(await next(socket, "error")).toMatchObject({ action: "dance", error: { code: "CONSUMERS_UNKNOWN_ACTION" } });
    socket.send(JSON.stringify({ action: "post", data: { text: "x".repeat(2001) } }));
    expect(await next(socket, "error")).toMatchObject({ action: "post", error: { code: "CORE_VALIDATION_FAILED" } });
    socket.send(JSON.stringify({ action: "post", data: { text: "still here" } }));
    expect(await next(socket, "chat.message")).toMatchObject({ text: "still here" });
    socket.close();
  });

  it("a message over the server's limit by closing the socket", async () => {
    expect([1006, 1009]).toContain(await closeCodeFor("x".repeat(20_001)));
  });

  it("an unknown room with 404, on the page and on the socket", async () => {
    expect((await fetch(`${url}/rooms/none/`)).status).toBe(404);
    expect(await open({ cookie }, "none")).toBe(404);
  });

  it("a wrong origin with 403", async () => {
    expect(await open({ cookie, origin: "https://evil.example" })).toBe(403);
    expect((await fetch(url, { method: "POST", headers: { origin: "https://evil.example" } })).status).toBe(403);
  });

  it("a cookie that was tampered with: the page gives a new name, the socket is refused with 403", async () => {
    const tampered = `${cookie.slice(0, -1)}${cookie.endsWith("A") ? "B" : "A"}`;
    const page = await fetch(`${url}/rooms/lobby/`, { headers: { cookie: tampered } });
    expect(page.status).toBe(200);
    expect(page.headers.get("set-cookie")).toMatch(/^visitor=/);
    expect(await open({ cookie: tampered })).toBe(403);
    expect(await open({})).toBe(403);
  });

  it("a body over the limit with 413", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(url, { method: "POST", headers, body: `title=${"x".repeat(10_000)}` });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain("10000 bytes");
  });

  it("a method that a page does not have with 405", async () => {
    const response = await fetch(url, { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
  });

  it("bytes that are no request by closing the connection", async () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("\0\u0001 not HTTP at all\r\n\r\n");
    socket.resume();
    await once(socket, "close");
    expect((await fetch(url)).status).toBe(200);
  });

  it("a path that climbs out of the static files with 404", async () => {
    for (const path of [
      "/static/../project.ts",
      "/static/..%2fproject.ts",
      "/static/chat/%2e%2e/%2e%2e/project.ts",
      "/static/",
    ]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const [answer] = (await once(socket, "data")) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 404/);
      socket.destroy();
    }
  });
});
