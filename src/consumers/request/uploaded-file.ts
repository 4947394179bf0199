import { constants, createReadStream } from "node:fs";
import { chmod, copyFile, link, readFile, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { randomUUID } from "node:crypto";

import { toError } from "../../core/index.js";
import { UploadGone } from "../errors.js";
import { decodeText } from "./decode-text.js";

/** What a form says of a file. */
export interface FileFacts {
  /** The name of the form's field. */
  readonly field: string;
  /** The client's name for it, made safe to show and to use as a file's name. */
  readonly name: string;
  /** The media type that the client states, in lower case. Nobody has looked whether it is true. */
  readonly type: string;
}

/** How `moveTo` puts a file in its place. */
export interface MoveOptions {
  /** Whether a file that is there already is replaced. Default false: rejects with the system's `EEXIST`. */
  readonly overwrite?: boolean;
  /** Who may read and write it. Default 0o644 (Django's). */
  readonly mode?: number;
}

/** A file of a form, on disk. It is removed when its request has ended, unless it was moved. */
export class UploadedFile implements FileFacts {
  readonly field: string;
  readonly name: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  #path: string;
  #isGone = false;

  constructor({ field, name, type }: FileFacts, path: string, size: number) {
    this.field = field;
    this.name = name;
    this.type = type;
    this.size = size;
    this.#path = path;
  }

  /** Where it is now. */
  get path(): string {
    if (this.#isGone) throw new UploadGone({ name: this.name });
    return this.#path;
  }

  /** Its bytes, piece by piece. Throws `UploadGone` after the request. */
  stream(): AsyncIterable<Uint8Array> {
    return createReadStream(this.path);
  }

  /** All its bytes, in memory. Rejects with `UploadGone` after the request. */
  async bytes(): Promise<Uint8Array> {
    return readFile(this.path);
  }

  /** Its text, in UTF-8. Rejects with `BadRequest` for what is none. */
  async text(): Promise<string> {
    return decodeText(await this.bytes());
  }

  /** Moves it to `path`, where it stays. Its directory must be there. */
  async moveTo(path: string, { overwrite = false, mode = 0o644 }: MoveOptions = {}): Promise<void> {
    const from = this.path;
    await chmod(from, mode);
    await (overwrite ? replace(from, path) : place(from, path));
    this.#path = path;
  }

  /** The request has ended, and with it what lies in `directory`. */
  gone(directory: string): void {
    this.#isGone ||= dirname(this.#path) === directory;
  }
}

/** A rename would replace what is there; a second name for the same file does not. */
async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") throw thrown;
    // Another disk, or one that knows no links.
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
  await unlink(from);
}

async function replace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (codeOf(thrown) !== "EXDEV") throw thrown;
    // Readers of the old file never see half of the new one.
    const beside = join(dirname(to), `.${randomUUID()}`);
    try {
      await copyFile(from, beside, constants.COPYFILE_EXCL);
      await rename(beside, to);
    } catch (error) {
      await unlink(beside).catch(() => {});
      throw error;
    }
    await unlink(from);
  }
}

function codeOf(thrown: unknown): string | undefined {
  return (toError(thrown) as NodeJS.ErrnoException).code;
}
