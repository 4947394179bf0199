import { once } from "node:events";
import { readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { randomUUID } from "node:crypto";
import { connect as connectTls, type TLSSocket } from "node:tls";

import { expect } from "vitest";
import { WebSocket } from "ws";

import { CannotListen, CertificateInvalid, SocketInUse } from "hotclub/protocol";

import { RawConnection } from "../../protocol/raw-connection.js";
import { CertificateFiles } from "../../protocol/self-signed.js";
import { answering, type Harness, request } from "./harness.js";
import { accepting, echo } from "./socket-tools.js";

async function openTls(port: number): Promise<TLSSocket> {
  const socket = connectTls({ port, host: "127.0.0.1", servername: "localhost", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  return socket;
}

async function commonNameAt(port: number): Promise<string> {
  const socket = await openTls(port);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

/** What a server listens on, and whom it believes. */
export function describeOptions({ test, serve, cleanUp }: Harness): void {
  test("IPv6 is listened on, and clients have short addresses", async () => {
    const served = await serve(
      answering((scope) => scope.client.host),
      { host: "::1" },
    );
    expect(served.listening.url).toBe(`http://[::1]:${served.listening.port}`);
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect((await connection.response()).body).toBe("::1");
  });

  test("an IPv4 client of an IPv6 server has its IPv4 address", async () => {
    const served = await serve(
      answering((scope) => scope.client.host),
      { host: "::" },
    );
    const connection = await RawConnection.open({ port: served.listening.port, host: "127.0.0.1" });
    connection.send(request("GET", "/", "Connection: close"));
    expect((await connection.response()).body).toBe("127.0.0.1");
  });

  test("a Unix socket is listened on, and removed at the end", async () => {
    const path = join(tmpdir(), `hotclub-${randomUUID()}.sock`);
    const served = await serve(
      answering((scope) => JSON.stringify(scope.client)),
      { unixSocket: path },
    );
    expect(served.listening).toMatchObject({ host: path, port: 0, url: `unix:${path}` });
    expect((await stat(path)).mode & 0o777).toBe(0o660);
    const connection = await served.connect();
    connection.send(request("GET", "/"));
    expect(JSON.parse((await connection.response()).body)).toEqual({ host: "", port: 0 });
    await served.listening.close();
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  test("a Unix socket that is in use is left to its server, a dead one is replaced", async () => {
    const path = join(tmpdir(), `hotclub-${randomUUID()}.sock`);
    const first = await serve(answering("first"), { unixSocket: path });
    await expect(serve(answering("second"), { unixSocket: path })).rejects.toThrow(SocketInUse);
    const connection = await first.connect();
    connection.send(request("GET", "/"));
    expect((await connection.response()).body).toBe("first");
    const file = join(tmpdir(), `hotclub-${randomUUID()}.txt`);
    await writeFile(file, "not a socket");
    await expect(serve(answering("never"), { unixSocket: file })).rejects.toThrow(CannotListen);
  });

  test("a Unix socket can be taken over: new connections reach the new server, open ones stay", async () => {
    const path = join(tmpdir(), `hotclub-${randomUUID()}.sock`);
    const first = await serve(answering("first"), { unixSocket: path });
    const early = await first.connect();
    const second = await serve(answering("second"), { unixSocket: path, takeOver: true });
    expect((await stat(path)).mode & 0o777).toBe(0o660);
    early.send(request("GET", "/"));
    expect((await early.response()).body).toBe("first");
    await first.listening.close();
    const late = await second.connect();
    late.send(request("GET", "/"));
    expect((await late.response()).body).toBe("second");
    await second.listening.close();
    await expect(stat(path)).rejects.toThrow("ENOENT");
    expect((await readdir(tmpdir())).filter((name) => name.startsWith(basename(path)))).toEqual([]);
  });

  test("TLS is spoken for HTTP and for sockets", async () => {
    const tls = await CertificateFiles.create("first");
    cleanUp(() => tls.remove());
    const served = await serve(
      (scope, send) =>
        scope.type === "websocket"
          ? echo(scope, send)
          : { handle: () => send({ type: "http.response", status: 200, body: "scheme" in scope ? scope.scheme : "" }) },
      { tls },
    );
    const { port, url } = served.listening;
    expect(url).toBe(`https://127.0.0.1:${port}`);
    const socket = await openTls(port);
    socket.write(request("GET", "/", "Connection: close"));
    expect(String(Buffer.concat(await socket.toArray()))).toMatch(/\r\n\r\nhttps$/);
    const client = new WebSocket(url.replace("https", "wss"), { rejectUnauthorized: false });
    await once(client, "open");
    const texts = ["hello", "x".repeat(500_000)];
    for (const text of texts) {
      client.send(text);
      const [data] = (await once(client, "message")) as [Buffer];
      expect(data.toString() === text).toBe(true);
    }
    client.terminate();
  });

  test("the scheme of a socket over TLS is wss", async () => {
    const tls = await CertificateFiles.create("first");
    cleanUp(() => tls.remove());
    const served = await serve(
      (scope, send) => ({
        handle: (message) =>
          message.type === "websocket.connect"
            ? send({ type: "websocket.accept", headers: [["x-scheme", "scheme" in scope ? scope.scheme : ""]] })
            : undefined,
      }),
      { tls },
    );
    const client = new WebSocket(served.listening.url.replace("https", "wss"), { rejectUnauthorized: false });
    const [response] = (await once(client, "upgrade")) as [{ headers: Record<string, string> }];
    expect(response.headers["x-scheme"]).toBe("wss");
    client.terminate();
  });

  test("a new certificate is used for new connections, and the open ones go on", async () => {
    const tls = await CertificateFiles.create("first");
    cleanUp(() => tls.remove());
    const served = await serve(answering("ok"), { tls });
    const { port } = served.listening;
    expect(await commonNameAt(port)).toBe("first");
    const open = await openTls(port);
    await tls.exchange("second");
    await served.listening.reloadCertificate();
    for (let i = 0; i < 10; i++) expect(await commonNameAt(port)).toBe("second");
    open.write(request("GET", "/", "Connection: close"));
    expect(String(Buffer.concat(await open.toArray()))).toMatch(/\r\n\r\nok$/);
    await tls.exchange("third");
    await served.listening.reloadCertificate();
    expect(await commonNameAt(port)).toBe("third");
    await served.listening.close();
    await expect(openTls(port)).rejects.toThrow("ECONNREFUSED");
  });

  test("a certificate that changes is noticed", async () => {
    const tls = await CertificateFiles.create("first");
    cleanUp(() => tls.remove());
    const { certFile, keyFile } = tls;
    const served = await serve(answering("ok"), { tls: { certFile, keyFile, checkEveryMs: 20 } });
    expect(await commonNameAt(served.listening.port)).toBe("first");
    await tls.exchange("second");
    // For a moment both may be shown, and on uws a connection that is just being made may be reset.
    let inARow = 0;
    for (let tries = 0; tries < 500 && inARow < 20; tries++) {
      const name = await commonNameAt(served.listening.port).catch(() => "reset");
      inARow = name === "second" ? inARow + 1 : 0;
    }
    expect(inARow).toBe(20);
  });

  test("a certificate that is none is refused at the start, and later the old one stays", async () => {
    const tls = await CertificateFiles.create("first");
    cleanUp(() => tls.remove());
    const { certFile, keyFile } = tls;
    const served = await serve(answering("ok"), { tls: { certFile, keyFile, checkEveryMs: 0 } });
    await writeFile(certFile, "not a certificate");
    await expect(served.listening.reloadCertificate()).rejects.toThrow(CertificateInvalid);
    expect(await commonNameAt(served.listening.port)).toBe("first");
    await expect(serve(answering("ok"), { tls })).rejects.toThrow(CertificateInvalid);
    await expect(serve(answering("ok"), { tls: { certFile: "/none", keyFile } })).rejects.toThrow("/none");
  });

  const forwarded = [
    "X-Forwarded-For: 203.0.113.9, 198.51.100.7",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: www.example.com",
  ];
  const origin = answering((scope) =>
    [scope.client.host, scope.scheme, scope.headers.get("host"), scope.headers.getAll("host")].join(" "),
  );

  test("forwarded headers of anybody are not believed", async () => {
    for (const trustedProxies of [[], ["10.0.0.0/8", "::1"]]) {
      const served = await serve(origin, { trustedProxies });
      const connection = await served.connect();
      connection.send(request("GET", "/", ...forwarded));
      expect((await connection.response()).body).toBe("127.0.0.1 http test test");
    }
  });

  test("forwarded headers of a trusted proxy are believed, up to the first stranger", async () => {
    for (const [trustedProxies, client] of [
      [["loopback"], "198.51.100.7"],
      [["127.0.0.0/8", "198.51.100.0/24"], "203.0.113.9"],
      [["127.0.0.1", "0.0.0.0/0"], "203.0.113.9"],
    ] as const) {
      const served = await serve(origin, { trustedProxies });
      const connection = await served.connect();
      connection.send(request("GET", "/", ...forwarded));
      expect((await connection.response()).body).toBe(`${client} https www.example.com www.example.com`);
    }
  });

  test("forwarded headers that make no sense are passed over", async () => {
    const served = await serve(origin, { trustedProxies: ["loopback"] });
    for (const headers of [
      [],
      ["X-Forwarded-For: unknown", "X-Forwarded-Proto: gopher", "X-Forwarded-Host: <script>"],
      ["X-Forwarded-For: 1.2.3.4, _hidden"],
    ]) {
      const connection = await served.connect();
      connection.send(request("GET", "/", ...headers));
      expect((await connection.response()).body).toBe("127.0.0.1 http test test");
    }
    const connection = await served.connect();
    connection.send(request("GET", "/", "X-Forwarded-For: [2001:db8::1]:4711"));
    expect((await connection.response()).body).toBe("2001:db8::1 http test test");
  });

  test("sockets come through trusted proxies too", async () => {
    const seen: unknown[] = [];
    const served = await serve(
      (scope, send) => {
        if (scope.type === "websocket") seen.push(scope.client.host, scope.scheme, scope.headers.get("host"));
        return accepting()(scope, send);
      },
      { trustedProxies: ["loopback"] },
    );
    const headers = { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "a.example" };
    await once(served.socket("/", { headers }), "open");
    expect(seen).toEqual(["203.0.113.9", "wss", "a.example"]);
  });

  test("whoever connects to the Unix socket can be a trusted proxy", async () => {
    const path = join(tmpdir(), `hotclub-${randomUUID()}.sock`);
    const served = await serve(origin, { unixSocket: path, trustedProxies: ["unix"] });
    const connection = await served.connect();
    connection.send(request("GET", "/", ...forwarded));
    expect((await connection.response()).body).toBe("198.51.100.7 https www.example.com www.example.com");
  });
}
