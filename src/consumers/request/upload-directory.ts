import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ClientGone } from "../errors.js";
import type { IncomingFile } from "./incoming-file.js";
import { UploadedFile } from "./uploaded-file.js";

/** Where the files of one request lie until it has ended. Nobody else may look into it. */
export class UploadDirectory {
  readonly #parent: string;
  #path: Promise<string> | undefined;
  readonly #files: UploadedFile[] = [];
  #count = 0;
  /** Settles when what is being written is written, or has failed. */
  #writing: Promise<unknown> = Promise.resolve();
  #isRemoved = false;

  constructor(parent: string) {
    this.#parent = parent;
  }

  /** Writes what comes of a file to disk, at the disk's pace. Rejects with `ClientGone` when the request has ended. */
  async store(file: IncomingFile): Promise<UploadedFile> {
    if (this.#isRemoved) throw new ClientGone();
    const storing = this.#store(file);
    const before = this.#writing;
    this.#writing = storing.then(
      () => before,
      () => before,
    );
    return storing;
  }

  async #store(file: IncomingFile): Promise<UploadedFile> {
    this.#path ??= mkdtemp(join(this.#parent, "hotclub-upload-"));
    const directory = await this.#path;
    this.#count += 1;
    const path = join(directory, String(this.#count));
    await writeFile(path, file.stream(), { flag: "wx", mode: 0o600 });
    const uploaded = new UploadedFile(file, path, (await stat(path)).size);
    this.#files.push(uploaded);
    return uploaded;
  }

  /** Removes what was not moved, when all that is being written has been. Rejects where the disk does not let it. */
  async remove(): Promise<void> {
    this.#isRemoved = true;
    await this.#writing;
    const directory = await this.#path?.catch(() => undefined);
    if (directory === undefined) return;
    for (const file of this.#files) file.gone(directory);
    await rm(directory, { recursive: true, force: true });
  }
}
