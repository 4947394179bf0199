import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join, posix } from "node:path";

import type { Unit } from "./compiler/unit.js";
import { TemplateNotFound } from "./errors.js";
import type { TemplateOrigin, TemplateSource } from "./runtime/render-state.js";

/** Makes a template of what is in a file. */
export type Parse = (text: string, origin: TemplateOrigin) => Promise<Unit>;

interface Version {
  readonly path: string;
  readonly directory: number;
  readonly modifiedAt: number;
  readonly size: number;
}

interface Loaded extends Version {
  readonly unit: Unit;
}

/** Finds templates in directories, the first that has one giving it, and keeps them once they are read. */
export class DirectoryLoader implements TemplateSource {
  readonly #directories: readonly string[];
  readonly #parse: Parse;
  readonly #isReloading: boolean;
  /** By name, and by the directory from which on it was looked for. */
  readonly #units = new Map<string, Unit>();
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<Unit>>();
  /** Which of the names that were asked for there are: those of programs, not of visitors. */
  readonly #known = new Map<string, boolean>();

  /** `isReloading`: whether the files are looked at again each time. */
  constructor(directories: readonly string[], isReloading: boolean, parse: Parse) {
    this.#directories = directories;
    this.#isReloading = isReloading;
    this.#parse = parse;
  }

  load(name: string, from?: TemplateOrigin): Unit | Promise<Unit> {
    const [file = "", part] = name.split("#");
    const wanted = from !== undefined && /^\.\.?\//.test(file) ? posix.join(posix.dirname(from.name), file) : file;
    if (!isTemplateName(wanted)) throw this.#notFound(name);
    // A template that asks for its own name means the one that it stands in the place of.
    const first = from?.name === wanted ? from.directory + 1 : 0;
    const key = `${first}:${wanted}`;
    const unit = this.#units.get(key) ?? this.#loadOnce(key, wanted, first);
    if (part === undefined) return unit;
    return unit instanceof Promise ? unit.then((whole) => this.#part(whole, name, part)) : this.#part(unit, name, part);
  }

  /** The first of `names` that there is, with the part that it asks for; the last where there is none. */
  async first(names: readonly string[]): Promise<string> {
    for (const name of names) if (await this.#has(name)) return name;
    return names.at(-1) ?? "";
  }

  async #has(name: string): Promise<boolean> {
    const [file = "", part] = name.split("#");
    let isThere = this.#known.get(file);
    if (isThere === undefined) {
      isThere = isTemplateName(file) && (await this.#find(file, 0)) !== undefined;
      if (!this.#isReloading) this.#known.set(file, isThere);
    }
    return isThere && (part === undefined || (await this.load(file)).source.partials.has(part));
  }

  #part(unit: Unit, name: string, part: string): Unit {
    const found = unit.source.partials.get(part);
    if (found === undefined) throw this.#notFound(name);
    return found;
  }

  #loadOnce(key: string, name: string, first: number): Promise<Unit> {
    let loading = this.#loading.get(key);
    if (loading === undefined) {
      loading = this.#read(key, name, first).finally(() => this.#loading.delete(key));
      this.#loading.set(key, loading);
    }
    return loading;
  }

  async #read(key: string, name: string, first: number): Promise<Unit> {
    const version = await this.#find(name, first);
    if (version === undefined) throw this.#notFound(name);
    const known = this.#loaded.get(key);
    if (known !== undefined && isSame(known, version)) return known.unit;
    const unit = await this.#parse(await readFile(version.path, "utf8"), { name, directory: version.directory });
    if (this.#isReloading) this.#loaded.set(key, { ...version, unit });
    else this.#units.set(key, unit);
    return unit;
  }

  async #find(name: string, first: number): Promise<Version | undefined> {
    for (let directory = first; directory < this.#directories.length; directory += 1) {
      const path = join(this.#directories[directory] as string, name);
      const found = await stat(path).catch(ignoreMissing);
      if (found?.isFile() === true) return { path, directory, modifiedAt: found.mtimeMs, size: found.size };
    }
    return undefined;
  }

  #notFound(template: string): TemplateNotFound {
    return new TemplateNotFound({ template, directories: this.#directories });
  }
}

function isSame(one: Version, other: Version): boolean {
  return one.path === other.path && one.modifiedAt === other.modifiedAt && one.size === other.size;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ENAMETOOLONG") return undefined;
  throw error;
}

function isTemplateName(name: string): boolean {
  if (isAbsolute(name) || name.includes("\0")) return false;
  return name.split(/[/\\]/).every((step) => step !== "" && step !== "." && step !== "..");
}
