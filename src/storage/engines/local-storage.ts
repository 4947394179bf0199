import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, lstat, mkdir, open, readdir, realpath, rename, rm, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

import { FileContent, UploadedFile } from "../../consumers/index.js";
import { NotFound, toError } from "../../core/index.js";
import { FileNameInvalid, StoredFileMissing } from "../errors.js";
import { type FileSource, piecesOf } from "../file-source.js";
import { type DirectoryListing, type FileFacts, type NameForTry, Storage, urlBelow } from "../storage.js";
import { StoredContent } from "../stored-content.js";

/** Options of `LocalStorage`. */
export interface LocalStorageOptions {
  /** The directory that the files lie in. It is made when the first one is stored. */
  readonly root: string;
  /** What the addresses of the files begin with. Default `/media/`. */
  readonly baseUrl?: string;
  /** Who may read and write a file. Default 0o644 (Django's). */
  readonly fileMode?: number;
  /** Who may look into the directories that are made. Default 0o755. */
  readonly directoryMode?: number;
}

/** Hidden, so that no name leads to it. */
const draftPrefix = ".draft-";

/**
 * Keeps files in a directory of this machine. A file is written beside its place and then put there as a whole, so that
 * neither a reader nor a crash sees half of it. What lies outside of the directory is out of reach, by steps and by links.
 */
export class LocalStorage extends Storage {
  readonly root: string;
  readonly #baseUrl: string;
  readonly #fileMode: number;
  readonly #directoryMode: number;

  constructor({ root, baseUrl = "/media/", fileMode = 0o644, directoryMode = 0o755 }: LocalStorageOptions) {
    super();
    this.root = root;
    this.#baseUrl = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
    this.#fileMode = fileMode;
    this.#directoryMode = directoryMode;
  }

  /** Where a file lies, or would lie, on this machine. */
  async path(name: string): Promise<string> {
    const path = join(this.root, ...name.split("/"));
    const [root, directory] = await Promise.all([existing(this.root), existing(dirname(path))]);
    if (root !== undefined && directory !== undefined && directory !== root && !directory.startsWith(root + sep))
      throw new FileNameInvalid({ name, problem: "leads out of the storage by a link" });
    return path;
  }

  protected override async write(names: NameForTry, source: FileSource, overwrite: boolean): Promise<string> {
    await this.#makeDirectory(this.root);
    const draft = join(this.root, draftPrefix + randomUUID());
    try {
      await this.#writeDraft(draft, source);
      for (let attempt = 0; ; attempt++) {
        const name = names(attempt);
        if (await this.#place(draft, name, overwrite)) return name;
      }
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #writeDraft(draft: string, source: FileSource): Promise<void> {
    if (source instanceof UploadedFile) await copyFile(source.path, draft, constants.COPYFILE_FICLONE);
    const handle = await open(draft, source instanceof UploadedFile ? "r+" : "wx", this.#fileMode);
    try {
      if (!(source instanceof UploadedFile)) {
        for await (const piece of piecesOf(source)) await handle.writeFile(piece);
      }
      await handle.chmod(this.#fileMode);
      // What is there after a crash is there as a whole.
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Whether the draft got the name. */
  async #place(draft: string, name: string, overwrite: boolean): Promise<boolean> {
    const path = await this.path(name);
    const refuse = (thrown: unknown): never => {
      if (!["EEXIST", "ENOTDIR", "EISDIR"].includes(codeOf(thrown) ?? "")) throw thrown;
      const problem = "has a file where it needs a directory, or the other way round";
      throw new FileNameInvalid({ name, problem }, { cause: thrown });
    };
    await this.#makeDirectory(dirname(path)).catch(refuse);
    // Again: meanwhile it may have become a link.
    await this.path(name);
    if (overwrite) await rename(draft, path).catch(refuse);
    else {
      try {
        await linkOrCopy(draft, path);
      } catch (thrown) {
        if (codeOf(thrown) === "EEXIST") return false;
        refuse(thrown);
      }
    }
    return true;
  }

  async #makeDirectory(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: this.#directoryMode });
  }

  protected override async read(name: string): Promise<StoredContent> {
    try {
      return new StoredContent(name, await FileContent.open(name, this.root));
    } catch (thrown) {
      if (thrown instanceof NotFound) throw new StoredFileMissing({ name }, { cause: thrown });
      throw thrown;
    }
  }

  protected override async remove(name: string): Promise<boolean> {
    const path = await this.path(name);
    if ((await this.look(name)) === undefined) return false;
    return unlink(path).then(
      () => true,
      (thrown: unknown) => {
        if (isMissing(thrown)) return false;
        throw thrown;
      },
    );
  }

  protected override async look(name: string): Promise<FileFacts | undefined> {
    try {
      const found = await lstat(await this.path(name));
      if (!found.isFile()) return undefined;
      const { size, mtime, birthtime, atime } = found;
      return { size, modifiedAt: mtime, createdAt: birthtime, accessedAt: atime };
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  }

  protected override async entries(directory: string): Promise<DirectoryListing> {
    const path = directory === "" ? this.root : await this.path(`${directory}/x`).then(dirname);
    const found = await readdir(path, { withFileTypes: true }).catch((thrown: unknown) => {
      if (isMissing(thrown)) return [];
      throw thrown;
    });
    const named = (isWanted: (entry: (typeof found)[number]) => boolean) =>
      found
        .filter((entry) => isWanted(entry) && !entry.name.startsWith("."))
        .map(({ name }) => name)
        .sort();
    return { directories: named((entry) => entry.isDirectory()), files: named((entry) => entry.isFile()) };
  }

  protected override address(name: string): string {
    return urlBelow(this.#baseUrl, name);
  }
}

/** Neither replaces what is there. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (thrown) {
    // Some file systems know no links.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(thrown) ?? "")) throw thrown;
    await copyFile(from, to, constants.COPYFILE_EXCL);
  }
}

/** The real path of what is there, or of the first directory above it that is. */
async function existing(path: string): Promise<string | undefined> {
  for (let current = path; ; current = dirname(current)) {
    try {
      return await realpath(current);
    } catch (thrown) {
      if (!isMissing(thrown) || dirname(current) === current) return undefined;
    }
  }
}

function isMissing(thrown: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(codeOf(thrown) ?? "");
}

function codeOf(thrown: unknown): string | undefined {
  return (toError(thrown) as NodeJS.ErrnoException).code;
}
