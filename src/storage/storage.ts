import { alternativeName, checkedDirectory, checkedName, wantedName } from "./file-names.js";
import type { FileSource } from "./file-source.js";
import { StoredFileMissing } from "./errors.js";
import type { StoredContent } from "./stored-content.js";

/** How a file is stored. */
export interface SaveOptions {
  /** How long its name may be, in characters. Default 100, what `f.file` keeps. */
  readonly maxLength?: number;
  /** Whether a file of that name is replaced. Default false: the new one gets another name. */
  readonly overwrite?: boolean;
}

/** What a storage knows of a file without reading it. */
export interface FileFacts {
  /** In bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
  readonly createdAt: Date;
  readonly accessedAt: Date;
}

/** What lies in a directory, each by its own name, sorted. */
export interface DirectoryListing {
  readonly directories: readonly string[];
  readonly files: readonly string[];
}

/** A name for each try: the wanted one first, then others like it. */
export type NameForTry = (attempt: number) => string;

/**
 * Where files are kept that people upload. Names are paths with `/` between their steps, whatever the engine; one that
 * leads anywhere else is refused with `FileNameInvalid` before the engine sees it.
 *
 * An engine extends this class with the methods that are abstract. They are given checked names.
 */
export abstract class Storage {
  /**
   * Stores a file under `name`, or under another one like it where that is taken, and gives the name that it has: keep
   * that one. Nobody ever sees half of it. Rejects with `FileNameInvalid`.
   */
  async save(
    name: string,
    source: FileSource,
    { maxLength = 100, overwrite = false }: SaveOptions = {},
  ): Promise<string> {
    const wanted = wantedName(name, maxLength);
    const names: NameForTry = (attempt) => (attempt === 0 ? wanted : alternativeName(wanted, maxLength));
    return this.write(names, source, overwrite);
  }

  /** Opens a file. Rejects with `StoredFileMissing`. */
  async open(name: string): Promise<StoredContent> {
    return this.read(checkedName(name));
  }

  /** Whether there was such a file, which is gone now. */
  async delete(name: string): Promise<boolean> {
    return this.remove(checkedName(name));
  }

  async exists(name: string): Promise<boolean> {
    return (await this.look(checkedName(name))) !== undefined;
  }

  /** In bytes. Rejects with `StoredFileMissing`, as the following do. */
  async size(name: string): Promise<number> {
    return (await this.facts(name)).size;
  }

  async modifiedAt(name: string): Promise<Date> {
    return (await this.facts(name)).modifiedAt;
  }

  async createdAt(name: string): Promise<Date> {
    return (await this.facts(name)).createdAt;
  }

  async accessedAt(name: string): Promise<Date> {
    return (await this.facts(name)).accessedAt;
  }

  /** All that is known of a file without reading it. */
  async facts(name: string): Promise<FileFacts> {
    const facts = await this.look(checkedName(name));
    if (facts === undefined) throw new StoredFileMissing({ name });
    return facts;
  }

  /** What lies in a directory; `""` is the storage as a whole. Nothing where there is none. */
  async list(directory = ""): Promise<DirectoryListing> {
    return this.entries(checkedDirectory(directory));
  }

  /** The address that browsers find a file at. */
  url(name: string): string {
    return this.address(checkedName(name));
  }

  /** `name`, or one like it that is free now. By the time that it is used it may be taken: `save` sees to that itself. */
  async getAvailableName(name: string, maxLength = 100): Promise<string> {
    const wanted = wantedName(name, maxLength);
    let candidate = wanted;
    while ((await this.look(candidate)) !== undefined) candidate = alternativeName(wanted, maxLength);
    return candidate;
  }

  async close(): Promise<void> {}

  /**
   * Writes a file as a whole under the first of the names that is free, or under the first one where `overwrite` is set.
   * The source can be read once.
   */
  protected abstract write(names: NameForTry, source: FileSource, overwrite: boolean): Promise<string>;
  protected abstract read(name: string): Promise<StoredContent>;
  protected abstract remove(name: string): Promise<boolean>;
  protected abstract look(name: string): Promise<FileFacts | undefined>;
  protected abstract entries(directory: string): Promise<DirectoryListing>;
  protected abstract address(name: string): string;
}

/** `name` below `baseUrl`, which ends with a slash. */
export function urlBelow(baseUrl: string, name: string): string {
  return baseUrl + name.split("/").map(encodeURIComponent).join("/");
}
