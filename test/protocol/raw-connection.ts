import { once } from "node:events";
import { connect, type NetConnectOpts, type Socket } from "node:net";

/** A response as it came over the wire. */
export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first value of a header (lower case), or `undefined`. */
  header(name: string): string | undefined;
  readonly body: string;
  /** Whether the body came to the end that its framing announced. */
  readonly isWhole: boolean;
  /** How the body was told apart from what follows. */
  readonly framing: "none" | "length" | "chunked" | "close";
}

/** A client that speaks HTTP byte by byte: sends what it is told and reads what really comes. */
export class RawConnection {
  readonly socket: Socket;
  /** What has come and was not read; put together only when it is looked into. */
  #pieces: Buffer[] = [];
  #length = 0;
  #isOver = false;
  #error: Error | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.#pieces.push(chunk);
      this.#length += chunk.length;
    });
    socket.on("error", (error) => {
      this.#error = error;
    });
    socket.on("end", () => {
      this.#isOver = true;
    });
    socket.on("close", () => {
      this.#isOver = true;
    });
  }

  static async open(options: NetConnectOpts): Promise<RawConnection> {
    const socket = connect({ noDelay: true, ...options });
    const connection = new RawConnection(socket);
    await once(socket, "connect");
    return connection;
  }

  /** Sends text as Latin-1, so that any byte can be written. */
  send(...parts: (string | Uint8Array)[]): void {
    for (const part of parts) this.socket.write(typeof part === "string" ? Buffer.from(part, "latin1") : part);
  }

  /** What has come and was not read yet. */
  get unread(): string {
    return this.#received().toString("latin1");
  }

  #received(): Buffer {
    const [first = Buffer.alloc(0), ...rest] = this.#pieces;
    const all = rest.length === 0 ? first : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The next final response. `isHead`: it answers HEAD, so that no body follows. */
  async response({ isHead = false } = {}): Promise<RawResponse> {
    for (;;) {
      const response = await this.anyResponse({ isHead });
      if (response.status >= 200) return response;
    }
  }

  /** The next response, also an interim one such as 100. */
  async anyResponse({ isHead = false } = {}): Promise<RawResponse> {
    const head = await this.readThrough("\r\n\r\n");
    const [statusLine = "", ...lines] = head.slice(0, -4).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${statusLine} `)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new Error(`no status line: ${JSON.stringify(statusLine)}`);
    const headers = lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    });
    const header = (name: string): string | undefined => headers.find((line) => line[0] === name)?.[1];
    const isBodiless = isHead || status < 200 || status === 204 || status === 304;
    const { body, isWhole, framing } = await this.#body(isBodiless, header);
    return { status, headers, header, body, isWhole, framing };
  }

  async #body(
    isBodiless: boolean,
    header: (name: string) => string | undefined,
  ): Promise<Pick<RawResponse, "body" | "isWhole" | "framing">> {
    if (isBodiless) return { body: "", isWhole: true, framing: "none" };
    if (header("transfer-encoding") === "chunked") return { ...(await this.#chunks()), framing: "chunked" };
    const length = header("content-length");
    if (length === undefined) return { body: await this.untilClosed(), isWhole: true, framing: "close" };
    const body = await this.read(Number(length));
    return { body, isWhole: Buffer.byteLength(body, "latin1") === Number(length), framing: "length" };
  }

  async #chunks(): Promise<{ body: string; isWhole: boolean }> {
    let body = "";
    for (;;) {
      const line = await this.readThrough("\r\n").catch(() => undefined);
      if (line === undefined) return { body, isWhole: false };
      if (!/^[\da-f]+\r\n$/i.test(line)) throw new Error(`no size of a chunk: ${JSON.stringify(line)}`);
      const size = Number.parseInt(line, 16);
      const piece = await this.read(size + 2);
      if (piece.length === size + 2 && !piece.endsWith("\r\n")) throw new Error("a chunk is longer than it says");
      if (piece.length < size + 2) return { body: body + piece, isWhole: false };
      if (size === 0) return { body, isWhole: true };
      body += piece.slice(0, -2);
    }
  }

  /** Reads up to and with `end`. Rejects when the connection ends before. */
  async readThrough(end: string): Promise<string> {
    let at = -1;
    await this.until(() => (at = this.#received().indexOf(end, 0, "latin1")) >= 0);
    if (at < 0) throw new Error(`the connection ended (${this.#error?.message}) after ${JSON.stringify(this.unread)}`);
    return this.#take(at + end.length);
  }

  /** Reads `length` bytes, or fewer when the connection ends. */
  async read(length: number): Promise<string> {
    await this.until(() => this.#length >= length);
    return this.#take(Math.min(length, this.#length));
  }

  /** Everything until the other side closes. */
  async untilClosed(): Promise<string> {
    await this.until(() => false);
    return this.#take(this.#length);
  }

  /** Waits until `isReached` or the end of the connection. */
  async until(isReached: () => boolean): Promise<void> {
    while (!isReached() && !this.#isOver) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          for (const event of ["data", "end", "close"]) this.socket.off(event, done);
          resolve();
        };
        for (const event of ["data", "end", "close"]) this.socket.on(event, done);
      });
    }
  }

  /** Resolves when the socket is closed altogether. */
  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, "close");
  }

  #take(length: number): string {
    const all = this.#received();
    this.#pieces = [all.subarray(length)];
    this.#length -= length;
    return all.subarray(0, length).toString("latin1");
  }

  destroy(): void {
    this.socket.destroy();
  }
}
