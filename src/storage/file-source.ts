import type { UploadedFile } from "../consumers/index.js";

/** What can be stored: bytes, text, pieces of bytes, an uploaded file, or a file of another storage. */
export type FileSource =
  | Uint8Array
  | string
  | UploadedFile
  | AsyncIterable<Uint8Array>
  | { stream(): AsyncIterable<Uint8Array> };

/** The bytes of a source, piece by piece. */
export function piecesOf(source: FileSource): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof source === "string") return [Buffer.from(source)];
  if (source instanceof Uint8Array) return [source];
  return "stream" in source ? source.stream() : source;
}

/** All bytes of a source. Rejects with what `refuse` makes when there are more than `maxBytes`. */
export async function bytesOf(source: FileSource, maxBytes: number, refuse: () => Error): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of piecesOf(source)) {
    length += piece.byteLength;
    if (length > maxBytes) throw refuse();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
