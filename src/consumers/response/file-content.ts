import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";

import mime from "mime";

import { NotFound, toError } from "../../core/index.js";
import { FileChanged } from "../errors.js";
import { entityTag } from "./entity-tag.js";
import type { Content } from "./content.js";

/** How much is read at once, in bytes. */
const pieceBytes = 65_536;

/** A file that was written in the last moments may change again without a new time (RFC 9110 §8.8.2.2). */
const settledMs = 2000;

/** A file on disk, opened: what is told of it holds for the bytes that are read, whoever replaces it meanwhile. */
export class FileContent implements Content {
  readonly size: number;
  readonly type: string;
  readonly etag: string;
  readonly lastModified: Date;
  readonly #handle: FileHandle;
  readonly #path: string;

  private constructor(path: string, handle: FileHandle, { size, mtimeNs }: FileFacts) {
    const mtimeMs = Number(mtimeNs / 1_000_000n);
    this.#path = path;
    this.#handle = handle;
    this.size = size;
    this.type = mediaTypeOf(path);
    this.lastModified = new Date(mtimeMs);
    const isWeak = Date.now() - mtimeMs < settledMs;
    this.etag = entityTag(`${size.toString(36)}-${mtimeNs.toString(36)}`, { isWeak });
  }

  /**
   * Opens a file. With `root`, `path` may come from a client: it is looked for below that directory, and what leads out
   * of it, by steps or by links, is not found. Rejects with `NotFound` for whatever is no file.
   */
  static async open(path: string, root?: string): Promise<FileContent> {
    const place = root === undefined ? path : await placeBelow(root, path);
    // Without waiting for the other end of a pipe that somebody left there.
    const handle = await found(open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
    try {
      const facts = await handle.stat({ bigint: true });
      if (!facts.isFile()) throw notThere();
      return new FileContent(place, handle, { size: Number(facts.size), mtimeNs: facts.mtimeNs });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async *read(first: number, last: number): AsyncGenerator<Uint8Array, void, undefined> {
    let position = first;
    while (position <= last) {
      const length = Math.min(pieceBytes, last - position + 1);
      const { bytesRead, buffer } = await this.#handle.read(Buffer.allocUnsafeSlow(length), 0, length, position);
      if (bytesRead === 0) throw new FileChanged({ path: this.#path, size: this.size, found: position });
      position += bytesRead;
      yield bytesRead === length ? buffer : buffer.subarray(0, bytesRead);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

interface FileFacts {
  readonly size: number;
  readonly mtimeNs: bigint;
}

/** The media type for the ending of a file's name, with the charset where it is text. */
export function mediaTypeOf(path: string): string {
  const type = mime.getType(path) ?? "application/octet-stream";
  return /^text\/|[/+](?:json|javascript|xml)$/.test(type) ? `${type}; charset=utf-8` : type;
}

function notThere(cause?: Error): NotFound {
  return new NotFound({ what: "This file" }, cause === undefined ? {} : { cause });
}

const notThereCodes = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENXIO"]);

async function found<T>(looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (thrown) {
    const error = toError(thrown);
    throw notThereCodes.has((error as NodeJS.ErrnoException).code ?? "") ? notThere(error) : error;
  }
}

async function placeBelow(root: string, path: string): Promise<string> {
  const steps = path.split(sep === "/" ? "/" : /[\\/]/);
  const isPlain = !path.includes("\0") && !isAbsolute(path) && steps.every((step) => !["", ".", ".."].includes(step));
  if (!isPlain) throw notThere();
  const [base, place] = await Promise.all([realpath(root), found(realpath(join(root, path)))]);
  const way = relative(base, place);
  if (way === "" || way.split(sep)[0] === ".." || isAbsolute(way)) throw notThere();
  return place;
}
