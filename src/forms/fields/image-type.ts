import type { UploadedFile } from "../../consumers/index.js";

/** A type of images, and what the names of such files end with. */
export interface ImageType {
  readonly mediaType: string;
  readonly extensions: readonly string[];
}

const ascii = (text: string): readonly number[] => Array.from(text, (character) => character.charCodeAt(0));

const types: readonly (ImageType & { readonly matches: (head: Uint8Array) => boolean })[] = [
  { mediaType: "image/png", extensions: ["png"], matches: startsWith([0x89, ...ascii("PNG\r\n\x1A\n")]) },
  { mediaType: "image/jpeg", extensions: ["jpg", "jpeg"], matches: startsWith([0xff, 0xd8, 0xff]) },
  {
    mediaType: "image/gif",
    extensions: ["gif"],
    matches: (head) => startsWith(ascii("GIF87a"))(head) || startsWith(ascii("GIF89a"))(head),
  },
  {
    mediaType: "image/webp",
    extensions: ["webp"],
    matches: (head) => startsWith(ascii("RIFF"))(head) && startsWith(ascii("WEBP"), 8)(head),
  },
  {
    mediaType: "image/avif",
    extensions: ["avif"],
    matches: (head) =>
      startsWith(ascii("ftyp"), 4)(head) &&
      (startsWith(ascii("avif"), 8)(head) || startsWith(ascii("avis"), 8)(head) || startsWith(ascii("mif1"), 8)(head)),
  },
  { mediaType: "image/bmp", extensions: ["bmp"], matches: startsWith(ascii("BM")) },
  { mediaType: "image/x-icon", extensions: ["ico"], matches: startsWith([0, 0, 1, 0]) },
  {
    mediaType: "image/tiff",
    extensions: ["tif", "tiff"],
    matches: (head) => startsWith([0x49, 0x49, 42, 0])(head) || startsWith([0x4d, 0x4d, 0, 42])(head),
  },
];

function startsWith(bytes: readonly number[], offset = 0): (head: Uint8Array) => boolean {
  return (head) => bytes.every((byte, index) => head[offset + index] === byte);
}

/** What kind of image a file is, by its first bytes; `undefined` for what is none. */
export async function imageTypeOf(file: UploadedFile): Promise<ImageType | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of file.stream()) {
    pieces.push(piece);
    length += piece.length;
    if (length >= 32) break;
  }
  const head = Buffer.concat(pieces);
  return types.find(({ matches }) => matches(head));
}
