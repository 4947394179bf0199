/** A head that is longer is none. */
const maxHeadBytes = 65_536;

/** What is read next from a connection. */
type State = "head" | "body" | "chunk-size" | "chunk" | "trailers" | "until-end";

/**
 * Finds out where answers end in what a server sends over HTTP/1.1 (RFC 9112 §6.3), and their status; nothing is kept of
 * them. A generator that reads no more than this is cheaper than the server.
 */
export class AnswerReader {
  readonly #onAnswer: (status: number) => void;
  readonly #isHead: boolean;
  #state: State = "head";
  #rest: Buffer | undefined;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  #status = 0;

  /** `isHead`: the requests are HEAD, whose answers have no body. */
  constructor(onAnswer: (status: number) => void, isHead: boolean) {
    this.#onAnswer = onAnswer;
    this.#isHead = isHead;
  }

  /** Takes what came. Throws where it is not HTTP/1.1. */
  push(piece: Buffer): void {
    let data = this.#rest === undefined ? piece : Buffer.concat([this.#rest, piece]);
    this.#rest = undefined;
    while (data.length > 0) {
      const used = this.#step(data);
      if (used === 0) {
        if (data.length > maxHeadBytes) throw new Error("the server answers with something else than HTTP/1.1");
        this.#rest = data;
        return;
      }
      data = data.subarray(used);
    }
  }

  /** The connection has ended. True where that was the end of an answer. */
  end(): boolean {
    if (this.#state !== "until-end") return false;
    this.#done();
    return true;
  }

  /** Reads one part; gives how many bytes it took, 0 where more are needed. */
  #step(data: Buffer): number {
    if (this.#state === "head") return this.#readHead(data);
    if (this.#state === "body") return this.#skip(data, () => this.#done());
    if (this.#state === "chunk") return this.#skip(data, () => (this.#state = "chunk-size"));
    if (this.#state === "chunk-size") return this.#readChunkSize(data);
    return this.#state === "trailers" ? this.#readTrailer(data) : data.length;
  }

  #readHead(data: Buffer): number {
    const end = data.indexOf("\r\n\r\n");
    if (end < 0) return 0;
    const head = data.toString("latin1", 0, end);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (status === undefined) throw new Error("the server answers with something else than HTTP/1.1");
    this.#status = Number(status);
    if (this.#status < 200) return end + 4;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (this.#isHead || this.#status === 204 || this.#status === 304) this.#done();
    else if (/\r\ntransfer-encoding:[^\r]*chunked/i.test(head)) this.#state = "chunk-size";
    else if (length === undefined) this.#state = "until-end";
    else if (length === "0") this.#done();
    else {
      this.#left = Number(length);
      this.#state = "body";
    }
    return end + 4;
  }

  #readChunkSize(data: Buffer): number {
    const end = data.indexOf("\r\n");
    if (end < 0) return 0;
    const size = Number.parseInt(data.toString("latin1", 0, end), 16);
    if (!(size >= 0)) throw new Error("the server sends a chunk without a length");
    // With the line end behind it.
    this.#left = size + 2;
    this.#state = size === 0 ? "trailers" : "chunk";
    return end + 2;
  }

  /** Lines up to an empty one (RFC 9112 §7.1.2). */
  #readTrailer(data: Buffer): number {
    const end = data.indexOf("\r\n");
    if (end < 0) return 0;
    if (end === 0) this.#done();
    return end + 2;
  }

  #skip(data: Buffer, whenDone: () => void): number {
    const used = Math.min(this.#left, data.length);
    this.#left -= used;
    if (this.#left === 0) whenDone();
    return used;
  }

  #done(): void {
    this.#state = "head";
    this.#onAnswer(this.#status);
  }
}
