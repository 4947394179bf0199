import * as zlib from "node:zlib";

/** A compressed form of a file, that lies beside it. */
export type Variant = "br" | "zstd" | "gzip";

/** What is added to a file's name for each. */
export const variantEndings: Readonly<Record<Variant, string>> = { br: ".br", zstd: ".zst", gzip: ".gz" };

/** What Node offers for zstd, where it does (22.15); the types of the oldest supported version lack it. */
interface Zstd {
  readonly constants: { readonly ZSTD_c_compressionLevel: number };
  readonly zstdCompressSync: (body: Uint8Array, options: object) => Buffer;
}

const zstd = "zstdCompressSync" in zlib ? (zlib as unknown as Zstd) : undefined;

/** What this Node can make, smallest first. */
export const availableVariants: readonly Variant[] = zstd === undefined ? ["br", "gzip"] : ["br", "zstd", "gzip"];

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;

/** Compresses as well as it can be done, which takes its time: once for each release. */
export function compressBest(body: Buffer, variant: Variant): Buffer {
  if (variant === "gzip") return zlib.gzipSync(body, { level: 9 });
  if (variant === "br") {
    return zlib.brotliCompressSync(body, {
      params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: body.byteLength },
    });
  }
  if (zstd === undefined) throw new Error("this version of Node.js has no zstd");
  return zstd.zstdCompressSync(body, { params: { [zstd.constants.ZSTD_c_compressionLevel]: 19 } });
}

/** Files of these endings are compressed already. */
const compressedEndings =
  /\.(?:avif|br|bz2|gif|gz|heic|ico|jpe?g|m4[av]|mkv|mov|mp[34]|og[agv]|opus|png|rar|webm|webp|woff2?|xz|zip|zst)$/i;

/** Below this, the headers of a response are longer than what is spared. */
const leastBytes = 200;
/** What a variant must spare at least, as a part of the whole. */
const leastGain = 0.05;

/** Whether it is worth trying to compress a file. */
export function isCompressible(name: string, bytes: number): boolean {
  return bytes >= leastBytes && !compressedEndings.test(name);
}

/** Whether a variant spares enough. */
export function isWorthIt(bytes: number, compressedBytes: number): boolean {
  return compressedBytes <= bytes * (1 - leastGain);
}
