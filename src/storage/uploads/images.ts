import { toError } from "../../core/index.js";
import { ImageLibraryMissing, UploadRefused } from "../errors.js";

/** What an uploaded image must be. */
export interface ImageRules {
  /** Default 50 million: what unpacks to more is not unpacked. */
  readonly maxPixels?: number;
}

/** What was read of an image. */
export interface ImageFacts {
  /** In pixels, as it is shown: turned as its camera says. */
  readonly width: number;
  readonly height: number;
}

/** How an image is made smaller. */
export interface ResizeOptions {
  /** In pixels. */
  readonly width: number;
  /** In pixels. Default: by the proportions of the image. */
  readonly height?: number;
  /** `cover` fills the size and cuts what is over; `inside` fits into it. Default `cover`. */
  readonly fit?: "cover" | "inside";
  /** Default `webp`. */
  readonly format?: "webp" | "jpeg" | "png" | "avif";
  /** The most pixels that the image itself may have. Default 50 million. */
  readonly maxPixels?: number;
}

const defaultMaxPixels = 50_000_000;

type Sharp = typeof import("sharp").default;
let loading: Promise<Sharp> | undefined;

async function loadSharp(): Promise<Sharp> {
  loading ??= import("sharp").then(({ default: sharp }) => sharp);
  try {
    return await loading;
  } catch (cause) {
    loading = undefined;
    throw new ImageLibraryMissing({}, { cause });
  }
}

/** Reads an image as a whole, at `path`. Rejects with `UploadRefused`, which calls it `name`, and `ImageLibraryMissing`. */
export async function checkImage(
  path: string,
  name: string,
  { maxPixels = defaultMaxPixels }: ImageRules = {},
): Promise<ImageFacts> {
  const sharp = await loadSharp();
  try {
    const image = sharp(path, { failOn: "warning", limitInputPixels: maxPixels, sequentialRead: true });
    const { autoOrient } = await image.metadata();
    // Unpacks all of it: a head alone may be anything's.
    await image.stats();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch (cause) {
    const isTooLarge = /exceeds pixel limit/i.test(toError(cause).message);
    throw new UploadRefused({ name, problem: isTooLarge ? "tooManyPixels" : "damagedImage" }, { cause });
  }
}

/**
 * A smaller image, such as a thumbnail, without what its camera wrote into it: the place where it was made, for example.
 * `source`: the path of a file, or bytes. Rejects with `UploadRefused` for what is no image, and `ImageLibraryMissing`.
 */
export async function resizeImage(source: string | Uint8Array, options: ResizeOptions): Promise<Uint8Array> {
  const { width, height, fit = "cover", format = "webp", maxPixels = defaultMaxPixels } = options;
  const sharp = await loadSharp();
  try {
    return await sharp(source, { limitInputPixels: maxPixels })
      .autoOrient()
      .resize({ width, ...(height !== undefined && { height }), fit, withoutEnlargement: fit === "inside" })
      .toFormat(format)
      .toBuffer();
  } catch (cause) {
    const isTooLarge = /exceeds pixel limit/i.test(toError(cause).message);
    throw new UploadRefused({ name: "image", problem: isTooLarge ? "tooManyPixels" : "damagedImage" }, { cause });
  }
}
