import { promisify } from "node:util";
import * as zlib from "node:zlib";

import type { ContentCoding } from "./content-coding.js";

type Compress = (body: Uint8Array, options: object) => Promise<Uint8Array>;

/** What Node.js offers for zstd, where it does; the types of the oldest supported version lack it. */
interface Zstd {
  readonly constants: { readonly ZSTD_e_flush: number };
  readonly zstdCompress: (body: Uint8Array, done: (error: Error | null, result: Uint8Array) => void) => void;
  readonly zstdCompressSync: (body: Uint8Array) => Uint8Array;
  readonly createZstdCompress: () => zlib.Gzip;
}
const zstd = zlib as unknown as Zstd;

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT } = zlib.constants;

/** What is compressed while a client waits: most of the gain for a fraction of the time that the best quality takes. */
const brotliQuality = 4;
/** 256 KiB for each stream that is open, where the library would take 4 MiB. */
const brotliStreamWindow = 18;

/** Up to so many bytes are compressed at once: handing them to another thread and back costs more than it spares. */
const maxBytesAtOnce = 16_384;

/** A whole body, compressed: at once where it is small, on another thread where it is not. */
export function compress(body: Uint8Array, coding: ContentCoding): Uint8Array | Promise<Uint8Array> {
  const { atOnce, onAnotherThread } = compressors[coding];
  return body.byteLength <= maxBytesAtOnce ? atOnce(body) : onAnotherThread(body);
}

const brotliCompress = promisify(zlib.brotliCompress) as Compress;
const gzip = promisify(zlib.gzip) as Compress;
const brotliOptions = {
  params: { [BROTLI_PARAM_QUALITY]: brotliQuality, [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT },
};

interface Compressor {
  atOnce(body: Uint8Array): Uint8Array;
  onAnotherThread(body: Uint8Array): Promise<Uint8Array>;
}

const compressors: Readonly<Record<ContentCoding, Compressor>> = {
  br: {
    atOnce: (body) => zlib.brotliCompressSync(body, brotliOptions),
    onAnotherThread: (body) => brotliCompress(body, brotliOptions),
  },
  gzip: { atOnce: (body) => zlib.gzipSync(body), onAnotherThread: (body) => gzip(body, {}) },
  zstd: {
    atOnce: (body) => zstd.zstdCompressSync(body),
    onAnotherThread: (body) => promisify(zstd.zstdCompress)(body),
  },
};

/** Compresses a body that comes in pieces, so that each piece can be read by itself on the other side. */
export class PieceCompressor {
  readonly #stream: zlib.Gzip | zlib.BrotliCompress;
  readonly #flushKind: number;
  #output: Uint8Array[] = [];

  constructor(coding: ContentCoding) {
    this.#stream = newStream(coding);
    this.#flushKind = flushKindOf(coding);
    this.#stream.on("data", (piece: Uint8Array) => this.#output.push(piece));
  }

  /** What goes out for a piece. Not to be called again before it has settled. */
  push(piece: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#stream.once("error", reject);
      this.#stream.write(piece);
      this.#stream.flush(this.#flushKind, () => {
        this.#stream.off("error", reject);
        resolve(this.#take());
      });
    });
  }

  /** What goes out at the end, with the last piece. */
  end(piece: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#stream.once("error", reject);
      this.#stream.once("end", () => resolve(this.#take()));
      this.#stream.end(piece);
    });
  }

  #take(): Uint8Array {
    const output = this.#output;
    this.#output = [];
    return Buffer.concat(output);
  }
}

function newStream(coding: ContentCoding): zlib.Gzip | zlib.BrotliCompress {
  if (coding === "gzip") return zlib.createGzip();
  if (coding === "zstd") return zstd.createZstdCompress();
  const params = { [BROTLI_PARAM_QUALITY]: brotliQuality, [BROTLI_PARAM_LGWIN]: brotliStreamWindow };
  return zlib.createBrotliCompress({ params });
}

function flushKindOf(coding: ContentCoding): number {
  if (coding === "gzip") return zlib.constants.Z_SYNC_FLUSH;
  return coding === "zstd" ? zstd.constants.ZSTD_e_flush : zlib.constants.BROTLI_OPERATION_FLUSH;
}
