import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { isPlainName } from "./file-name.js";

/** Looks for static files in some directories; the first that has a file gives it. */
export class StaticFinder {
  readonly directories: readonly string[];

  constructor(directories: readonly string[]) {
    this.directories = directories;
  }

  /** The paths of all files of this name (`css/site.css`), the one that counts first. */
  async findAll(name: string): Promise<readonly string[]> {
    if (!isPlainName(name)) return [];
    const paths = this.directories.map((directory) => join(directory, name));
    const infos = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
    return paths.filter((_path, index) => infos[index]?.isFile() === true);
  }

  /** Every file, by name, as far as `isWanted` wants it. Hidden ones are none. */
  async list(isWanted: (name: string) => boolean = () => true): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const directory of this.directories.toReversed()) {
      for await (const name of namesBelow(directory, "")) {
        if (isWanted(name)) found.set(name, join(directory, name));
      }
    }
    return new Map([...found].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }
}

async function* namesBelow(directory: string, prefix: string): AsyncGenerator<string> {
  for (const entry of await entriesOf(join(directory, prefix))) {
    const name = prefix + entry.name;
    if (!isPlainName(name)) continue;
    // A link counts as what it leads to.
    const kind = entry.isSymbolicLink() ? await stat(join(directory, name)).catch(() => undefined) : entry;
    if (kind?.isDirectory() === true) yield* namesBelow(directory, `${name}/`);
    else if (kind?.isFile() === true) yield name;
  }
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
