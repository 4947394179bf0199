import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";

import { StaticRootRefused } from "../errors.js";
import type { StaticFinder } from "../finder.js";
import { manifestName, readManifest, type StaticManifest, writeManifest } from "../manifest.js";
import {
  availableVariants,
  compressBest,
  isCompressible,
  isWorthIt,
  type Variant,
  variantEndings,
} from "../variant.js";
import { linkFiles } from "./linked-files.js";

/** What `collectStatic` does. */
export interface CollectOptions {
  readonly finder: StaticFinder;
  /** The directory that files are collected in. */
  readonly root: string;
  /** The path that they are served under, which references in stylesheets and scripts may begin with. Default `/static/`. */
  readonly prefix?: string;
  /** Names that are left out: patterns with `*`, of whole names or of their last step. */
  readonly ignore?: readonly string[];
  /** Removes what was collected before. Default false: pages that were sent before a release still find their files. */
  readonly clear?: boolean;
  /** Whether compressed variants are made. Default true. */
  readonly compress?: boolean;
  /** Says what would be done, and does nothing. Default false. */
  readonly dryRun?: boolean;
}

/** What was collected. */
export interface CollectReport {
  /** Paths, relative to the directory, that were written. */
  readonly written: readonly string[];
  /** How many were there already, as they are. */
  readonly unchanged: number;
  readonly manifest: StaticManifest;
}

/** What editors and systems leave behind. */
const alwaysIgnored = ["*~", "CVS", "Thumbs.db"];

/**
 * Brings the files of all apps into one directory: each under its name and under one with its hash, with compressed
 * variants beside it, and a manifest that says which is which. Rejects with `StaticReferenceMissing` and
 * `StaticRootRefused`.
 */
export async function collectStatic(options: CollectOptions): Promise<CollectReport> {
  const { finder, prefix = "/static/", ignore = [], clear = false, compress = true, dryRun = false } = options;
  const root = resolve(options.root);
  await checkRoot(root, finder.directories, clear);
  const isIgnored = matcher([...alwaysIgnored, ...ignore]);
  const files = new Map<string, Buffer>();
  for (const [name, path] of await finder.list((name) => !isIgnored(name))) files.set(name, await readFile(path));
  const published = linkFiles(files, prefix);
  const output = new Output(root, dryRun);
  if (clear && !dryRun) await empty(root);
  const variants: Record<string, readonly Variant[]> = {};
  for (const { name, hashedName, body } of published) {
    const made = compress ? variantsOf(name, body) : [];
    for (const target of [name, hashedName]) {
      await output.write(target, body);
      for (const [variant, compressed] of made) await output.write(target + variantEndings[variant], compressed);
      if (made.length > 0) variants[target] = made.map(([variant]) => variant);
    }
  }
  const names = Object.fromEntries(published.map(({ name, hashedName }) => [name, hashedName]));
  const hash = createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, 12);
  const manifest: StaticManifest = { version: 1, hash, files: names, variants };
  if (!dryRun) {
    await mkdir(root, { recursive: true });
    await writeManifest(root, manifest);
  }
  return { written: output.written, unchanged: output.unchanged, manifest };
}

function variantsOf(name: string, body: Buffer): readonly (readonly [Variant, Buffer])[] {
  if (!isCompressible(name, body.byteLength)) return [];
  return availableVariants
    .map((variant) => [variant, compressBest(body, variant)] as const)
    .filter(([, compressed]) => isWorthIt(body.byteLength, compressed.byteLength));
}

/** Writes what is not there yet, so that a release touches only what has changed. */
class Output {
  readonly written: string[] = [];
  unchanged = 0;
  readonly #root: string;
  readonly #dryRun: boolean;

  constructor(root: string, dryRun: boolean) {
    this.#root = root;
    this.#dryRun = dryRun;
  }

  async write(name: string, body: Buffer): Promise<void> {
    const path = join(this.#root, name);
    const info = await stat(path).catch(() => undefined);
    if (info?.size === body.byteLength && body.equals(await readFile(path))) {
      this.unchanged += 1;
      return;
    }
    this.written.push(name);
    if (this.#dryRun) return;
    await mkdir(dirname(path), { recursive: true });
    // In one step: a server may be reading the old one.
    const draft = join(dirname(path), `.${process.pid}.draft`);
    await writeFile(draft, body);
    await rename(draft, path);
  }
}

/** Throws `StaticRootRefused` for a directory that holds the sources, or that something else would be removed from. */
async function checkRoot(root: string, sources: readonly string[], clear: boolean): Promise<void> {
  const place = await realpath(root).catch(() => root);
  for (const source of sources) {
    const other = await realpath(source).catch(() => resolve(source));
    if (place === other || `${place}${sep}`.startsWith(`${other}${sep}`) || other.startsWith(`${place}${sep}`)) {
      throw new StaticRootRefused({ root, problem: `overlaps with ${source}, where static files come from` });
    }
  }
  if (!clear) return;
  const entries: readonly string[] = await readdir(root).catch(() => []);
  if (entries.length > 0 && !entries.includes(manifestName)) {
    throw new StaticRootRefused({ root, problem: "holds files that were not collected, and is to be cleared" });
  }
  await readManifest(root);
}

async function empty(root: string): Promise<void> {
  for (const entry of await readdir(root).catch(() => [])) await rm(join(root, entry), { recursive: true });
}

/** Whether a name, its last step, or one of its directories fits one of some patterns. */
function matcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (pattern) => new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*")}$`),
  );
  return (name) =>
    expressions.some((expression) => expression.test(name) || name.split("/").some((step) => expression.test(step)));
}
